// The other side: each thing is an element that the map moves, built and styled as this program's were until it drew layers.
async ([incidents, points, moving]) => {
  const { Marker } = await import("/static/vendor/maplibre-gl/maplibre-gl.mjs");
  const map = document.getElementById("map").glMap;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    .marker { padding: 0; border: 0; background: none; font: 600 12px/1.2 var(--font); cursor: pointer; }
    .marker-name { position: absolute; left: 50%; top: 100%; transform: translateX(-50%); padding: 1px 7px; border-radius: 99px;
      background: color-mix(in srgb, var(--panel) 88%, transparent); color: var(--ink); max-width: 200px; overflow: hidden;
      text-overflow: ellipsis; white-space: nowrap; pointer-events: none; }
    .unit-marker { width: 40px; height: 40px; z-index: 2; }
    .unit-body { position: absolute; inset: 3px; display: grid; place-items: center; border: 2px solid currentcolor;
      border-radius: inherit; background: var(--panel); box-shadow: 0 0 0 2px var(--map-sea), 0 3px 12px rgb(0 0 0 / 45%); }
    .unit-body .icon { width: 21px; height: 21px; }
    .unit-nose { position: absolute; inset: -7px; }
    .unit-nose::before { content: ""; position: absolute; left: 50%; top: -3px; margin-left: -8px; border: 8px solid transparent;
      border-top: 0; border-bottom: 11px solid currentcolor; filter: drop-shadow(0 0 1px var(--map-sea)); }
    .incident-marker { width: 36px; height: 48px; z-index: 1; }
    .incident-mark .severity { position: absolute; inset: 0 0 auto; width: 36px; height: 36px;
      filter: drop-shadow(0 0 1.5px var(--map-sea)) drop-shadow(0 2px 5px rgb(0 0 0 / 60%)); }
    .incident-stem { position: absolute; left: 17px; bottom: 0; width: 2px; height: 14px; background: var(--ink); }`);
  document.adoptedStyleSheets = [sheet];
  const { lng, lat } = map.getCenter();
  const near = ([east, north], far) => [east + (Math.random() - 0.5) * far, north + (Math.random() - 0.5) * far * 0.57];
  const put = (html, kind, anchor) => {
    const element = document.createElement("button");
    element.className = `marker ${kind}`;
    element.innerHTML = html;
    return new Marker({ element, anchor }).setLngLat(near([lng, lat], 0.14)).addTo(map);
  };
  const icon = (name) => `<svg class="icon" aria-hidden="true"><use href="#icon-${name}"></use></svg>`;
  for (let number = 0; number < incidents; number += 1) {
    const level = 1 + (number % 5);
    const mark = `<span class="severity severity-${level}">${icon(`severity-${level}`)}<b>${level}</b></span>`;
    put(`<span class="incident-mark">${mark}</span><span class="incident-stem"></span><span class="marker-name">Incident ${number}</span>`, "incident-marker", "bottom");
  }
  const units = Array.from({ length: points }, (_, number) =>
    put(`<span class="unit-nose"></span><span class="unit-body">${icon("body_camera")}</span><span class="marker-name">Unit ${number}</span>`, "unit-marker is-body_camera", "center"),
  );
  let turn = 0;
  setInterval(() => {
    for (let count = 0; count < moving; count += 1) {
      const unit = units[turn++ % units.length];
      unit.setLngLat(near(unit.getLngLat().toArray(), 0.0004));
    }
  }, 1_000);
}
