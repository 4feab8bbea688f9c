const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A moment as this computer writes dates. */
export function dateAndTime(moment: Date): string {
  return format.format(moment);
}
