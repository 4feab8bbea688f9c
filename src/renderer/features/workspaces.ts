import type { Component } from 'svelte';

import type { Station } from '../../shared/station.js';
import type { Mode } from '../../shared/mode.js';
import type { ConnectedPool, Desk } from '../state/desk.js';

export interface WorkspaceProps {
  readonly desk: Desk;
  readonly facts: Station;
  /** The pool that is connected: another one makes another workspace. */
  readonly settings: ConnectedPool;
}

/** What the window shows at each desk. Loaded when it is wanted: an employee's window need not read the helpdesk's. */
export const WORKSPACES: Readonly<Record<Mode, () => Promise<{ default: Component<WorkspaceProps> }>>> = {
  desk: () => import('./shell/Workspace.svelte'),
  helpdesk: () => import('./helpdesk/HelpdeskWorkspace.svelte'),
  kiosk: () => import('./kiosk/KioskWorkspace.svelte'),
};
