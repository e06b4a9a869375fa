// The texts whose contrast with what lies behind them is less than 4.5, with their ratios.
(() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  const painted = new Map();
  const rgba = (colour) => {
    if (!painted.has(colour)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = colour;
      brush.fillRect(0, 0, 1, 1);
      painted.set(colour, [...brush.getImageData(0, 0, 1, 1).data]);
    }
    return painted.get(colour);
  };
  const luminance = (colour) => {
    const [r, g, b] = rgba(colour).slice(0, 3).map((byte) => {
      const share = byte / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (rgba(colour)[3] === 255) return colour;
    }
    return "white";
  };
  const seen = new Map();
  for (const element of document.querySelectorAll("body *:not(script):not(style)")) {
    const texts = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim() !== "");
    if (texts.length === 0) continue;
    const style = getComputedStyle(element);
    const ink = element instanceof SVGElement ? style.fill : style.color;
    const paper = behind(element);
    const [low, high] = [luminance(ink), luminance(paper)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) seen.set(`${ink} on ${paper}`, `${ratio.toFixed(2)}: ${texts[0].data.trim().slice(0, 40)}`);
  }
  return [...seen].map((entry) => entry.join(": "));
})();
