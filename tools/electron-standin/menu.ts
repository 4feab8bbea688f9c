import type { Menu, MenuItem, MenuItemConstructorOptions } from 'electron';

import { Guarded, type PartOf, asElectron, moduleOf, refuseMissingStatics } from './refuse.js';

/** A menu that is kept but never drawn: its items can be found and clicked by tests, accelerators and roles do nothing. */
class MenuPart extends Guarded implements PartOf<Menu> {
  readonly items: MenuItem[];

  constructor(template: readonly (MenuItemConstructorOptions | MenuItem)[] = []) {
    super('Menu');
    this.items = template.map(itemOf);
  }
}

function itemOf(options: MenuItemConstructorOptions | MenuItem): MenuItem {
  const { submenu, ...rest } = options as MenuItemConstructorOptions;
  const menu = Array.isArray(submenu) ? asElectron<Menu>(new MenuPart(submenu)) : submenu;
  return moduleOf<MenuItem>('MenuItem', {
    label: '',
    type: 'normal',
    ...rest,
    ...(menu ? { submenu: menu } : {}),
  } as PartOf<MenuItem>);
}

/** The class that the app imports. */
export function menuClass(): typeof Menu {
  let applicationMenu: Menu | null = null;
  class OurMenu extends MenuPart {
    static buildFromTemplate(template: (MenuItemConstructorOptions | MenuItem)[]): Menu {
      return asElectron<Menu>(new OurMenu(template));
    }

    static setApplicationMenu(menu: Menu | null): void {
      applicationMenu = menu;
    }

    static getApplicationMenu(): Menu | null {
      return applicationMenu;
    }
  }
  // What the class lacks throws, on its instances as on itself; so it may pass for the whole one.
  return refuseMissingStatics('Menu', OurMenu) as unknown as typeof Menu;
}
