/** A part that another part needs and that exists once it has started. */
export interface Late<Part> {
  readonly get: () => Part;
  set(part: Part): void;
}

export function late<Part>(name: string): Late<Part> {
  let made: Part | undefined;
  return {
    get: () => {
      if (made === undefined) throw new Error(`${name} hasn't started`);
      return made;
    },
    set(part) {
      made = part;
    },
  };
}
