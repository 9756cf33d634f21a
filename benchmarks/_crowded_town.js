// Stands for the live feed of a page: a town of as many incidents and units as the page's address asks for, of which some
// move each second. The page's own feed, lists and map take it as they take the server's.
{
  const asked = new URLSearchParams(location.search);
  const wanted = (name) => Number(asked.get(name) ?? 0);
  const [INCIDENTS, POINTS, MOVING] = ["incidents", "points", "moving"].map(wanted);
  const CENTRE = [23.316, 55.934];
  const SPREAD = [0.14, 0.08];
  const SEEN = ["fixed_camera", "report"];
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const anywhere = () => ({
    lon: CENTRE[0] + (random() - 0.5) * SPREAD[0],
    lat: CENTRE[1] + (random() - 0.5) * SPREAD[1],
    alt_m: null,
    accuracy_m: 10,
  });
  const now = () => new Date().toISOString();
  const units = Array.from({ length: POINTS }, (_, number) => ({
    id: `unit-${number}`, city: "siauliai", kind: number % 5 ? "body_camera" : "tower", name: `Unit ${number}`,
    status: "deployed", simulated: true, position: anywhere(), heading_deg: Math.round(random() * 359), battery: 0.7,
    camera: null, updated_at: now(), lent_to: null, height_m: null, instruments: null,
  }));
  const incidents = Array.from({ length: INCIDENTS }, (_, number) => ({
    id: `incident-${number}`, city: "siauliai", category: "noise", title: `Incident ${number}`, severity: 1 + (number % 5),
    state: number % 3 ? "acknowledged" : "new", opened_at: now(), updated_at: now(), position: anywhere(), sources: SEEN,
    observation_count: 1, simulated: true,
  }));
  const picture = () => ({
    type: "snapshot", epoch: "crowd", seq: 1, at: now(), demo: true,
    cities: [{ id: "siauliai", name: "Šiauliai", lat: CENTRE[1], lon: CENTRE[0], zone: "Europe/Vilnius" }],
    units, incidents, cameras: [], zones: [], flights: [], assignments: [], drone_requests: [],
    parts: { closed_incidents: { shown: 0, total: 0 }, flights_over: { shown: 0, total: 0 } },
  });

  /** Looks like a WebSocket to the page. */
  class Feed {
    constructor() {
      this.seq = 1;
      this.turn = 0;
      setTimeout(() => this.send(picture()), 50);
      if (MOVING) setInterval(() => this.move(), 1_000);
      else setInterval(() => this.send({ type: "alive", at: now(), epoch: "crowd", seq: this.seq }), 5_000);
    }

    send(message) {
      this.onmessage({ data: JSON.stringify(message) });
    }

    move() {
      const changes = Array.from({ length: MOVING }, () => {
        const unit = units[this.turn++ % units.length];
        const { position } = unit;
        const moved = { ...position, lon: position.lon + (random() - 0.5) * 0.0004, lat: position.lat + (random() - 0.5) * 0.0002 };
        Object.assign(unit, { position: moved, updated_at: now() });
        return { kind: "unit", id: unit.id, data: { ...unit } };
      });
      this.seq += 1;
      this.send({ type: "delta", epoch: "crowd", seq: this.seq, changes });
    }

    close() {}
  }
  window.WebSocket = Feed;
}
