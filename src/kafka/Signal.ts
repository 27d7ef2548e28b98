/** Something to wait for that happens again and again: `next` resolves at the next `notify`. */

export class Signal {
  private resolve: () => void = () => {};
  private promise: Promise<void> = Promise.resolve();

  constructor() {
    this.renew();
  }

  next(): Promise<void> {
    return this.promise;
  }

  notify(): void {
    const { resolve } = this;
    this.renew();
    resolve();
  }

  private renew(): void {
    this.promise = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }
}
