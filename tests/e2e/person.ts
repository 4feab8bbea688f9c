import { expect, type Locator, type Page } from '@playwright/test';

export interface PersonOptions {
  /** Puts a finger on the key that waits for one. A key that is touched by itself needs nothing. */
  readonly touch?: () => Promise<void>;
}

/** What a person does in the window, told by what is written there. Specs and the tour are made of these. */
export class Person {
  readonly window: Page;
  readonly #touch: () => Promise<void>;

  constructor(window: Page, { touch = () => Promise.resolve() }: PersonOptions = {}) {
    this.window = window;
    this.#touch = touch;
  }

  /** A person who practises: the key's button is in the window. */
  static practising(window: Page): Person {
    return new Person(window, { touch: () => window.getByRole('button', { name: 'Touch the key' }).click() });
  }

  button(name: string | RegExp): Locator {
    return this.window.getByRole('button', { name });
  }

  heading(name: string | RegExp): Locator {
    return this.window.getByRole('heading', { name });
  }

  passkeys(): Locator {
    return this.window.getByRole('list', { name: 'My passkeys' }).getByRole('listitem');
  }

  async openKeys(): Promise<void> {
    await this.window.getByRole('button', { name: 'Keys', exact: true }).click();
    await expect(this.heading('Security keys')).toBeVisible();
  }

  /** The page of a key that is plugged in. */
  async openKey(product: string): Promise<void> {
    await this.openKeys();
    await this.button(`Open ${product}`).click();
    await expect(this.heading(product)).toBeVisible();
  }

  /** One part of the page of a key. */
  async part(name: string): Promise<void> {
    await this.window.getByRole('navigation', { name: 'Parts of this page' }).getByRole('button', { name }).click();
    await expect(this.window.getByRole('heading', { name, level: 2 })).toBeVisible();
  }

  async connect(pool: { region: string; userPoolId: string; clientId: string; rpId: string }): Promise<void> {
    await this.window.getByLabel('User pool ID').fill(pool.userPoolId);
    await this.window.getByLabel('Region').fill(pool.region);
    await this.window.getByLabel('App client ID').fill(pool.clientId);
    await this.window.getByLabel('Passkey domain').fill(pool.rpId);
    await this.button('Connect').click();
    await expect(this.heading('Sign in')).toBeVisible();
  }

  async giveUsername(username: string): Promise<void> {
    await this.window.getByLabel('User name or e-mail address').fill(username);
  }

  async signInWithPassword(username: string, password: string): Promise<void> {
    await this.giveUsername(username);
    await this.button('Sign in another way').click();
    await this.button(/^Password/).click();
    await this.window.getByLabel('Password', { exact: true }).fill(password);
    await this.window.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  async isSignedIn(username: string): Promise<void> {
    await expect(this.button(`Account menu of ${username}`)).toBeVisible();
    await expect(this.heading('My passkeys')).toBeVisible();
  }

  /** As far as the field for the code that was mailed. */
  async askForCode(username: string): Promise<void> {
    await this.giveUsername(username);
    await this.button('Sign in another way').click();
    await this.button(/^Code by e-mail/).click();
    await expect(this.window.getByLabel('Code')).toBeVisible();
  }

  async enterCode(code: string): Promise<void> {
    await this.window.getByLabel('Code').fill(code);
    await this.window.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  /** As far as the answer of the pool. */
  async signUp(details: { username: string; email: string; accountNumber?: string; password?: string }): Promise<void> {
    await this.button('Create one').click();
    await this.window.getByLabel('User name').fill(details.username);
    await this.window.getByLabel('E-mail address').fill(details.email);
    if (details.accountNumber !== undefined) await this.window.getByLabel('Account number').fill(details.accountNumber);
    if (details.password !== undefined) {
      await this.window.getByLabel('Password', { exact: true }).fill(details.password);
      await this.window.getByLabel('Password again').fill(details.password);
    }
    await this.button('Create account').click();
  }

  /** As far as the PIN of a key that has none yet. */
  async beginToAddKey(): Promise<void> {
    await this.button('Add a key').first().click();
    await this.button('Add this key').click();
  }

  async chooseNewPin(pin: string): Promise<void> {
    await this.window.getByLabel('New PIN', { exact: true }).fill(pin);
    await this.window.getByLabel('New PIN again').fill(pin);
    await this.button('Set PIN').click();
  }

  async enterPin(pin: string): Promise<void> {
    await this.window.getByLabel(/^PIN of /).fill(pin);
    await this.button('Continue').click();
  }

  async touchKey(): Promise<void> {
    await expect(this.heading('Touch your security key')).toBeVisible();
    await this.#touch();
  }

  /** Puts a finger on the sensor of the practice key as often as it is wanted: until the fingerprint is in the list. */
  async putFingerOn(name: string): Promise<void> {
    const added = this.window.getByText(name, { exact: true });
    await expect(async () => {
      if (!(await added.isVisible())) await this.button('Touch the key').click({ timeout: 1000 });
      await expect(added).toBeVisible({ timeout: 100 });
    }).toPass();
  }

  /** As far as the first sample of a key's first fingerprint. */
  async beginFingerprint(name: string): Promise<void> {
    await this.button('Add a fingerprint').click();
    await this.window.getByLabel('Name of the fingerprint').fill(name);
    await this.button('Begin').click();
    await expect(this.heading('Touch the sensor again and again')).toBeVisible();
  }

  async nameKey(nickname: string): Promise<void> {
    await expect(this.window.getByText('Your key is added.', { exact: true })).toBeVisible();
    await this.window.getByLabel('Name of this key').fill(nickname);
    await this.button('Done').click();
    await expect(this.passkeys().filter({ hasText: nickname })).toBeVisible();
  }

  async signOut(username: string): Promise<void> {
    await this.button(`Account menu of ${username}`).click();
    await this.window.getByRole('button', { name: 'Sign out', exact: true }).click();
    await expect(this.heading('Sign in')).toBeVisible();
  }

  async signInWithKey(username: string, pin: string): Promise<void> {
    await this.giveUsername(username);
    await this.button('Continue with security key').click();
    await this.enterPin(pin);
  }

  async deletePasskey(nickname: string): Promise<void> {
    await this.button(`Delete ${nickname}`).click();
    await this.button('Delete passkey').click();
  }
}
