/* What a browser can add: theme without a reload, menu, copying, printing, quick tooltips.
   Every page works without it. No inline styles or handlers: the policy forbids both. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("script");

  const setTheme = () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  };

  const toggleMenu = (button) => {
    const open = button.closest("[data-rail]").classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
  };

  const copy = async (button) => {
    await navigator.clipboard.writeText(location.origin + button.dataset.text);
    const before = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = before; }, 1600);
  };

  const actions = { theme: setTheme, menu: toggleMenu, print: () => print(), copy };

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-do]");
    if (!target || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    actions[target.dataset.do](target);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
  });

  /* Empty fields stay out of the address, so that it says only what is filtered. */
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "get") return;
    for (const field of event.target.elements) {
      if (field.name && field.value === "") field.disabled = true;
    }
  });
  addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("form :disabled")) field.disabled = false;
  });

  /* SVG titles show late and in the system's own look: take their words into a tip of ours. */
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.append(tip);
  for (const hit of document.querySelectorAll(".hit")) {
    const title = hit.querySelector("title");
    if (!title) continue;
    const words = title.textContent;
    title.remove();
    hit.setAttribute("aria-label", words);
    const show = (event) => {
      tip.textContent = words;
      tip.hidden = false;
      const left = Math.min(event.pageX + 14, scrollX + root.clientWidth - tip.offsetWidth - 8);
      tip.style.left = `${left}px`;
      tip.style.top = `${event.pageY - tip.offsetHeight - 12}px`;
    };
    hit.addEventListener("pointermove", show);
    hit.addEventListener("pointerleave", () => { tip.hidden = true; });
  }
})();
