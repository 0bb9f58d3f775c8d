// Kind words from safety: shown to this person alone, over everything else, until they are dismissed on any device.

export class Overlay {
  #open = new Map();

  /**
   * @param {import('./api.js').Api} api
   * @param {HTMLElement} place
   */
  constructor(api, place) {
    this.api = api;
    this.place = place;
  }

  /** Those that were shown while nobody was here. */
  async load() {
    const { items } = await this.api.get('/me/overlays');
    for (const item of items) this.#open.set(item.intervention_id, item);
    this.#show();
  }

  /** @returns {boolean} whether the frame was one of these. */
  take(type, data) {
    if (type === 'overlay.shown') this.#open.set(data.intervention_id, data);
    else if (type === 'overlay.dismissed') this.#open.delete(data.intervention_id);
    else return false;
    this.#show();
    return true;
  }

  clear() {
    this.#open.clear();
    this.#show();
  }

  #show() {
    const [word] = this.#open.values();
    this.place.hidden = !word;
    this.place.replaceChildren();
    if (!word) return;
    const title = document.createElement('strong');
    title.textContent = word.title;
    const text = document.createElement('p');
    text.textContent = word.text;
    const dismiss = document.createElement('button');
    dismiss.textContent = 'I have read it';
    dismiss.addEventListener('click', async () => {
      dismiss.disabled = true;
      try {
        await this.api.post(`/me/overlays/${word.intervention_id}/dismissal`);
        this.take('overlay.dismissed', word);
      } catch {
        dismiss.disabled = false; // it stays, and can be dismissed again
      }
    });
    this.place.append(title, text, dismiss);
  }
}
