/** How smoothly the page runs for some seconds while its longest list is scrolled up. Tasks count from 50 ms on. */
export async function watch(seconds: number, pixelsPerFrame: number) {
  const longTasks: number[] = [];
  const frames: number[] = [];
  const observer = new PerformanceObserver((list) => {
    longTasks.push(...list.getEntries().map(({ duration }) => duration));
  });
  observer.observe({ type: "longtask" });
  const list = [...document.querySelectorAll("section *")].find(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 5000);
  if (!list) throw new Error("There is no long list here.");
  let scrolledPx = 0;
  let before = await new Promise(requestAnimationFrame);
  const end = before + seconds * 1000;
  while (before < end) {
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
    const from = list.scrollTop;
    list.scrollTop -= pixelsPerFrame;
    scrolledPx += from - list.scrollTop;
  }
  observer.disconnect();
  frames.sort((a, b) => a - b);
  const at = (share: number) => Math.round(frames[Math.floor(share * (frames.length - 1))]! * 10) / 10;
  const framesPerSecond = Math.round(frames.length / seconds);
  return { framesPerSecond, medianMs: at(0.5), p99Ms: at(0.99), longestMs: at(1), longTasks, scrolledPx };
}
