// Light or dark: what the page around the view really is, whoever hosts the notebook.
function isDark(element) {
  for (let at = element; at; at = at.parentElement) {
    const parts = getComputedStyle(at).backgroundColor.match(/[\d.]+/g)?.map(Number);
    if (!parts || (parts.length > 3 && parts[3] < 0.5)) continue;
    const [red, green, blue] = parts;
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
  }
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

// Sets data-theme on the root, now and when the page changes; returns what ends it.
function watchTheme(root) {
  const judge = () => root.parentElement && setAttribute(root, "data-theme", isDark(root.parentElement) ? "dark" : "light");
  // Hosts swap style sheets after they change their attributes.
  const later = () => [0, 150, 600].forEach((wait) => setTimeout(judge, wait));
  const observer = new MutationObserver(later);
  for (const target of [document.documentElement, document.body]) observer.observe(target, { attributes: true });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", later);
  later();
  return () => {
    observer.disconnect();
    system.removeEventListener("change", later);
  };
}
