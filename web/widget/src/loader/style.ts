/** The look of what stands on the business's page. It is in a shadow root: nothing leaks in or out. */
export const STYLE = `
:host { all: initial; }
.launcher {
  position: fixed; z-index: 2147483000; inset-block-end: 20px; display: flex; align-items: center; gap: 10px;
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
  position: fixed; z-index: 2147483001; inset-block-end: 88px; inline-size: 384px; block-size: min(640px, 100dvh - 108px);
  border-radius: 14px; overflow: hidden; background: Canvas;
  box-shadow: 0 0 0 1px rgb(0 0 0 / .08), 0 12px 40px rgb(0 0 0 / .24);
}
.left { left: 20px; } .right { right: 20px; }
iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; }
[hidden] { display: none; }
@media (max-width: 480px) {
  .panel { inset: 0; inline-size: 100%; block-size: 100dvh; border-radius: 0; }
}
@media (prefers-reduced-motion: reduce) { .launcher { transition: none; } .launcher:hover { transform: none; } }
@media print { .launcher, .panel { display: none; } }
`;
