import { tick } from 'svelte';
import type { Attachment } from 'svelte/attachments';

/** Moves the focus here when the element appears: a screen's first field, or its heading where there is none. */
export const focusOnMount: Attachment<HTMLElement> = (element) => {
  element.focus();
};

/** Moves the focus here when nothing has it any more: the control that was pressed is gone, or was barred meanwhile. */
export async function catchFocus(element: HTMLElement | null | undefined): Promise<void> {
  await tick();
  if (document.activeElement === document.body) element?.focus();
}

/** Whether a key press is an Escape that no open menu or dialog has taken for itself. */
export function isFreeEscape(event: KeyboardEvent): boolean {
  return event.key === 'Escape' && !event.defaultPrevented;
}
