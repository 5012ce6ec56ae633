// Light, dark, or as the device has it.
export type Theme = 'auto' | 'light' | 'dark';

const kept = () => {
  try {
    return (localStorage.getItem('clew.theme') as Theme) || 'auto';
  } catch {
    return 'auto';
  }
};

class Look {
  theme = $state<Theme>(kept());
  set(theme: Theme) {
    this.theme = theme;
    try {
      localStorage.setItem('clew.theme', theme);
    } catch {
      // a browser that keeps nothing: it holds until the page is left
    }
    this.show();
  }
  show() {
    document.documentElement.dataset.theme = this.theme;
  }
}

export const look = new Look();
