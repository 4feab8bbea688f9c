import { fireEvent, screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import type { Finding, PoolReport } from '../../../src/shared/pool-check.js';
import { openWindow, press } from '../window.js';

const finding = (id: string, given: Partial<Finding>): Finding => ({
  id,
  title: `Title of ${id}`,
  state: 'ok',
  found: `Found at ${id}`,
  why: `Why of ${id}`,
  console: `Console of ${id}`,
  automatic: false,
  ...given,
});

/** Opens the check from the menu, with main answering so; later answers by `reports`. */
async function openCheck(...reports: PoolReport[]) {
  const { main } = openWindow((world) => {
    let asked = 0;
    world.main.overrides['pool.check'] = () => ({
      ok: true,
      value: reports[Math.min(asked++, reports.length - 1)] ?? { isRead: true, findings: [] },
    });
  });
  const menu = await screen.findByRole('button', { name: 'User pool menu' });
  await fireEvent.keyDown(menu, { key: 'Enter' });
  const item = await screen.findByRole('button', { name: 'Check this pool' });
  await fireEvent.click(item);
  await screen.findByRole('heading', { name: 'How this pool is set up' });
  return main;
}

describe('the check of a pool', () => {
  it('shows what is to be looked at, the worst first, and what is in order', async () => {
    await openCheck({
      isRead: true,
      findings: [
        finding('fine', {}),
        finding('late', { state: 'warning', fix: 'Allow more time.', automatic: true }),
        finding('wrong', { state: 'problem', fix: 'Set it.' }),
      ],
    });
    await screen.findByRole('heading', { name: 'To look at' });
    const titles = screen.getAllByRole('heading', { level: 3 }).map((heading) => heading.textContent);
    expect(titles).toEqual(['Title of wrong', 'Title of late']);
    const card = within(screen.getAllByRole('article')[1] ?? document.body);
    card.getByText('Warning');
    card.getByText('Can be set right');
    card.getByText('In the AWS console: Console of late');
    screen.getByText('keydesk pool plan');
    screen.getByText('Found at fine');
  });

  it('says so when everything is in order', async () => {
    await openCheck({ isRead: true, findings: [finding('fine', {})] });
    await screen.findByText('Everything is in order');
    expect(screen.queryByText('keydesk pool plan')).toBeNull();
  });

  it('says why the pool could not be read, and reads it again when asked', async () => {
    const sentence = 'There are no AWS credentials to ask with.';
    const main = await openCheck(
      { isRead: false, sentence, next: 'Sign in to AWS on this computer.', detail: 'credentials-missing' },
      { isRead: true, findings: [finding('fine', {})] },
    );
    await screen.findByText(sentence);
    await press('Read again');
    await screen.findByText('Everything is in order');
    expect(screen.queryByText(sentence)).toBeNull();
    expect(main.named('pool.check')).toHaveLength(2);
  });

  it('ends where it was opened', async () => {
    await openCheck({ isRead: true, findings: [] });
    await press('Done');
    await screen.findByRole('heading', { name: 'Sign in' });
  });
});
