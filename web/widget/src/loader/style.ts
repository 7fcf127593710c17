/** The look of what stands on the business's page. It is in a shadow root: nothing leaks in or out. What the page
 * says of every element would also meet the host, but for the `!important`: inside a shadow root that goes first. */
export const STYLE = `
:host {
  all: initial !important; position: fixed !important; z-index: 2147483000 !important;
}
@media print { :host { display: none !important; } }
.launcher {
  position: fixed; inset-block-end: 20px; display: flex; align-items: center; gap: 10px;
  block-size: 56px; min-inline-size: 56px; padding: 0 16px; border: 0; border-radius: 28px; cursor: pointer;
  background: var(--accent); color: var(--on-accent); font: 540 15px/1 system-ui, sans-serif;
  box-shadow: 0 1px 2px rgb(0 0 0 / .16), 0 6px 20px rgb(0 0 0 / .2); transition: transform 140ms ease-out;
}
.launcher:hover { transform: translateY(-1px); }
.launcher:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
.launcher svg { inline-size: 24px; block-size: 24px; flex: none; }
.badge {
  position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-inline-size: 22px; block-size: 22px;
  padding: 0 6px; box-sizing: border-box; border-radius: 11px; background: #c62828; color: #fff;
  font: 640 12px/22px system-ui, sans-serif; text-align: center; box-shadow: 0 0 0 2px #fff;
}
.panel {
  position: fixed; z-index: 1; inset-block-end: 88px; inline-size: 384px; block-size: min(640px, 100dvh - 108px);
  border-radius: 14px; overflow: hidden; background: Canvas;
  box-shadow: 0 0 0 1px rgb(0 0 0 / .08), 0 12px 40px rgb(0 0 0 / .24);
}
.left { left: 20px; } .right { right: 20px; }
iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; }
.notice { display: grid; place-content: center; gap: 12px; block-size: 100%; padding: 24px; box-sizing: border-box; }
.notice p { margin: 0; color: CanvasText; font: 400 15px/1.45 system-ui, sans-serif; text-align: center; }
.notice button {
  min-block-size: 44px; border: 1px solid; border-radius: 6px; background: none; color: CanvasText; cursor: pointer;
  font: 540 15px/1 system-ui, sans-serif;
}
[hidden] { display: none; }
@media (max-width: 480px) {
  .panel { inset: var(--top, 0) 0 auto; inline-size: 100%; block-size: var(--height, 100dvh); border-radius: 0; }
}
@media (prefers-reduced-motion: reduce) { .launcher { transition: none; } .launcher:hover { transform: none; } }
@media print { .launcher, .panel { display: none; } }
`;
