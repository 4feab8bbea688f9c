import type { Attachment } from 'svelte/attachments';

/** Moves the focus here when the element appears: a screen's first field, or its heading where there is none. */
export const focusOnMount: Attachment<HTMLElement> = (element) => {
  element.focus();
};

/** Whether a key press is an Escape that no open menu or dialog has taken for itself. */
export function isFreeEscape(event: KeyboardEvent): boolean {
  return event.key === 'Escape' && !event.defaultPrevented;
}
