// Events whose names and details are known: what the pages' own objects tell each other. Knows none of them.

/**
 * @template {object} Details the detail of each event by the event's name
 */
export class Emitter extends EventTarget {
  /**
   * Call `listener` with the detail of each event of that name.
   * @template {keyof Details & string} Name
   * @param {Name} name @param {(detail: Details[Name]) => unknown} listener
   */
  on(name, listener) {
    this.addEventListener(name, (event) => {
      listener(/** @type {CustomEvent<Details[Name]>} */ (event).detail);
    });
  }

  /**
   * Tell whoever listens.
   * @template {keyof Details & string} Name
   * @param {Name} name @param {Details[Name]} detail
   */
  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
