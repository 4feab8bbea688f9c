import { expect, type Locator, type Page } from '@playwright/test';

/** Who knows the PIN of a key, and has a finger for it. */
interface Hand {
  readonly pin: string;
  readonly touch: () => Promise<void>;
}

/** What an operator does in the helpdesk's window, told by what is written there. Specs and the tour are made of these. */
export class Operator {
  readonly window: Page;

  constructor(window: Page) {
    this.window = window;
  }

  button(name: string | RegExp, { exact = false }: { readonly exact?: boolean } = {}): Locator {
    return this.window.getByRole('button', { name, exact });
  }

  heading(name: string | RegExp): Locator {
    return this.window.getByRole('heading', { name });
  }

  /** A part of the runbook. */
  part(name: string | RegExp): Locator {
    return this.window.getByRole('region', { name });
  }

  /** The PIN, and the touch, of somebody's own key. */
  async confirm({ pin, touch }: Hand): Promise<void> {
    await this.enterPin(pin);
    await touch();
  }

  async enterPin(pin: string): Promise<void> {
    await this.window.getByLabel(/^PIN of /).fill(pin);
    await this.button('Continue').click();
  }

  /** As far as the PIN. */
  async giveName(username: string): Promise<void> {
    await this.window.getByLabel('Your user name').fill(username);
    await this.button('Sign in with your security key').click();
  }

  async signIn(own: Hand & { readonly username: string }): Promise<void> {
    await this.giveName(own.username);
    await this.confirm(own);
    await expect(this.window.getByRole('banner').getByText(own.username)).toBeVisible();
  }

  async find(username: string): Promise<void> {
    await this.window.getByLabel('Name or address').fill(username);
    await this.window.getByRole('list', { name: 'People' }).getByRole('button', { name: username }).click();
    await expect(this.heading(username)).toBeVisible();
  }

  async begin(reason: string): Promise<void> {
    await expect(this.window.getByRole('list', { name: 'Dry run' })).toBeVisible();
    await this.window.getByLabel('What is wrong').fill(reason);
    await this.button('Begin a case').click();
    await expect(this.heading(/^The lost key of/)).toBeVisible();
  }

  async makeSafe(own: Hand, { bars = false }: { readonly bars?: boolean } = {}): Promise<void> {
    if (bars) await this.window.getByLabel('Also bar from signing in').check();
    await this.button('Sign out everywhere').click();
    await this.confirm(own);
    await expect(this.part('1. Make safe').getByText('Done').first()).toBeVisible();
  }

  /** As far as the field for the code. */
  async askForCode(own: Hand): Promise<void> {
    await this.window.getByLabel('The person is here').check();
    await this.button('Send a code').click();
    await this.confirm(own);
    await expect(this.window.getByLabel('Code that the person reads out')).toBeVisible();
  }

  async enterCode(code: string): Promise<void> {
    await this.window.getByLabel('Code that the person reads out').fill(code);
    await this.button('Open the session').click();
    await this.seesPasskeys();
  }

  /** As far as the form for the second operator. */
  async askForApproval(own: Hand): Promise<void> {
    await this.window.getByLabel('On behalf of the person').check();
    await this.button('Ask a second operator').click();
    await this.confirm(own);
    await expect(this.window.getByLabel('User name of the second operator')).toBeVisible();
  }

  /** As far as the PIN of the second operator. */
  async giveSecondName(username: string): Promise<void> {
    await this.window.getByLabel('User name of the second operator').fill(username);
    await this.button('Approve with their own key').click();
  }

  async seesPasskeys(): Promise<void> {
    await expect(this.window.getByRole('list', { name: 'Passkeys of the person' })).toBeVisible();
  }

  /** As far as the question which key is to have the passkey. */
  async beginToEnrol(own: Hand, use: 'replacement' | 'backup' = 'replacement'): Promise<void> {
    await this.button(`Enrol a ${use}`).click();
    await this.confirm(own);
    await expect(this.heading('Now the key of the person')).toBeVisible();
  }

  /** The only key that is plugged in, once it is another one than the operator's. */
  async useOtherKey(): Promise<void> {
    await expect(this.window.getByText('That is the key with which you confirm')).toHaveCount(0);
    await this.button('Use this key').click();
  }

  async chooseNewPin(pin: string): Promise<void> {
    await this.window.getByLabel('New PIN', { exact: true }).fill(pin);
    await this.window.getByLabel('New PIN again').fill(pin);
    await this.button('Set PIN').click();
  }

  /** The passkey that was not enrolled in this case. */
  async deleteLost(own: Hand): Promise<void> {
    const list = this.window.getByRole('list', { name: 'Passkeys of the person' });
    const lost = list.getByRole('listitem').filter({ hasNotText: 'Enrolled in this case' });
    await lost.getByRole('button', { name: /^Delete/ }).click();
    await this.confirm(own);
    await expect(this.part(/^4\. /).getByText('Done').first()).toBeVisible();
    await expect(list).toBeVisible();
    await expect(lost).toHaveCount(0);
  }

  async end(own: Hand): Promise<void> {
    await this.button('End the case …').click();
    await this.confirm(own);
    await expect(this.heading('Receipt')).toBeVisible();
    await expect(this.window.getByRole('list', { name: 'What was done' })).toBeVisible();
  }
}
