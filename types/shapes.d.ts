// The shapes that the server sends to its pages, until its OpenAPI document names every answer.
// Times are ISO 8601 in UTC, units stand in the names.

declare namespace Api {
  type Kind = "unit" | "camera" | "zone" | "flight" | "assignment" | "incident" | "drone_request";
  type LonLat = [lon: number, lat: number];

  interface City {
    id: string;
    name: string;
    lat: number;
    lon: number;
    zone: string;
  }

  interface Place {
    lat: number;
    lon: number;
  }

  interface KnownPlace extends Place {
    accuracy_m: number;
    alt_m?: number | null;
  }

  interface Instruments {
    mode: string;
    armed: boolean;
    in_air: boolean;
    item: number;
    items: number;
    speed_m_s: number;
    gps_ok: boolean;
    heard_at: string;
    camera_yaw_deg: number | null;
    camera_pitch_deg: number | null;
    link: string;
  }

  interface Unit {
    id: string;
    city: string;
    lent_to: string | null;
    kind: "drone" | "tower" | "body_camera";
    name: string;
    status: string;
    position: KnownPlace | null;
    height_m: number | null;
    heading_deg: number | null;
    battery: number | null;
    instruments: Instruments | null;
    camera: { hfov_deg: number; range_m: number | null } | null;
    /** The ground that its camera sees. */
    footprint: GeoJSON.Polygon | null;
    updated_at: string | null;
    simulated: boolean;
  }

  interface Camera {
    id: string;
    city: string;
    name: string;
    position: Place;
    azimuth_deg: number;
    hfov_deg: number;
    range_m: number;
    reads_plates: boolean;
    footprint: GeoJSON.Polygon;
    simulated: boolean;
  }

  interface TimeWindow {
    days: string[];
    begins: string;
    ends: string;
  }

  interface Attention {
    windows: TimeWindow[];
    revisit_min: number | null;
    dwell_min: number;
    served_by: string[];
  }

  /** What is said of a zone, as its form has it. */
  interface ZoneFacts {
    name: string;
    kind: string;
    priority: number;
    notes: string;
    attention: Attention;
  }

  interface Zone extends ZoneFacts {
    id: string;
    city: string;
    polygon: GeoJSON.Polygon;
    version: number;
    updated_at: string;
    updated_by: string;
    simulated: boolean;
  }

  interface Summary {
    duration_s: number;
    length_m: number;
    photos?: number | null;
    covered_fraction?: number | null;
    energy_fraction?: number | null;
    images_least?: number | null;
    images_wanted?: number | null;
    sorties?: unknown[];
    takeoff_places?: { where: string; lat: number; lon: number; flights: number }[];
    [figure: string]: unknown;
  }

  interface Flight {
    id: string;
    city: string;
    unit_id: string;
    zone_id: string;
    plan_id: string;
    name: string;
    state: string;
    pilot: string;
    confirmed_by: string | null;
    scheduled_at: string;
    started_at: string | null;
    landed_at: string | null;
    progress: { current: number; total: number } | null;
    route: GeoJSON.LineString;
    battery_start: number | null;
    battery_end: number | null;
    outcome: string | null;
    control: { holder: string | null; offered_to: string | null };
    verdicts: { worst: string; in_the_way: number; count: number; reasons: string[]; at: string } | null;
    simulated: boolean;
    summary: Summary | null;
    updated_at: string;
  }

  interface Assignment {
    id: string;
    city: string;
    unit_id: string;
    zone_id: string | null;
    holder: string | null;
    purpose: string;
    since: string;
    until: string | null;
    ended_at: string | null;
    made_by: string;
  }

  type Severity = 1 | 2 | 3 | 4 | 5;

  interface Incident {
    id: string;
    city: string;
    category: string;
    title: string;
    state: string;
    severity: Severity;
    opened_at: string;
    closed_at: string | null;
    updated_at: string;
    position: KnownPlace | null;
    sources: string[];
    observation_count: number;
    simulated: boolean;
  }

  interface DroneRequest {
    id: string;
    incident_id: string;
    title: string;
    severity: Severity;
    city: string;
    unit_id: string;
    drone: string;
    asked_by: string;
    asked_at: string;
    answer: string | null;
    answered_by: string | null;
    reason: string | null;
    flight_id: string | null;
    simulated: boolean;
  }

  /** The things of the live map by the kind that a change names. */
  interface Things {
    unit: Unit;
    camera: Camera;
    zone: Zone;
    flight: Flight;
    assignment: Assignment;
    incident: Incident;
    drone_request: DroneRequest;
  }

  /** How much of what is history a whole picture holds, and how much there is. */
  interface Part {
    shown: number;
    total: number;
  }

  interface Snapshot {
    type: "snapshot";
    epoch: string;
    seq: number;
    at: string;
    demo: boolean;
    cities: City[];
    units: Unit[];
    cameras: Camera[];
    zones: Zone[];
    flights: Flight[];
    assignments: Assignment[];
    incidents: Incident[];
    drone_requests: DroneRequest[];
    parts: Record<string, Part>;
  }

  /** One change of a delta; `data` is null for what is gone. Some kinds are only news. */
  interface Change {
    kind: string;
    id: string;
    data: Stream | Things[Kind] | null;
  }

  type FeedMessage =
    | Snapshot
    | { type: "resumed" }
    | { type: "delta"; epoch: string; seq: number; changes: Change[] }
    | { type: "alive"; seq: number; at: string };

  /** A stream of video, as the wall shows it. */
  interface Stream {
    id: string;
    name: string;
    kind: string;
    status: string;
    since: string | null;
    error: string | null;
    looked_per_s: number;
    detected_per_s: number;
    moving: boolean;
    still_at: string | null;
    simulated: boolean;
    stale: { since: string; why: string } | null;
    notes: string[];
    recording: { now: boolean; until: string | null; why: string | null };
    stand_in: boolean;
    footage: string | null;
    recorded: boolean;
    video: object | null;
  }

  interface Fault {
    part: string;
    since: string;
    what: string;
    remedy: string;
  }

  interface Leg {
    kind: string;
    start: number;
    end: number;
    camera: boolean;
    sortie: number;
  }

  type Route = GeoJSON.Feature<GeoJSON.LineString, { legs: Leg[]; summary: Summary }>;

  interface Verdict {
    check: string;
    title: string;
    level: "block" | "permit" | "acknowledge" | "warn" | "pass";
    rule: string;
    message: string;
    clears: string;
    data_version: string;
    subject: string;
  }

  interface Problem {
    message: string;
    field: string | null;
  }

  interface Energy {
    factor: number;
    flights: number;
  }

  /** What the server says of a plan while it is drawn. */
  interface Tried {
    problem: Problem | null;
    route: Route | null;
    seen_m?: number | null;
    energy?: Energy;
    images?: GeoJSON.FeatureCollection | null;
    unfit?: string | null;
    verdicts?: Verdict[];
  }

  /** What the server says of an outline while it is drawn. */
  interface OutlineJudged {
    problem: string | null;
    overlaps: { message: string }[];
    area_m2: number | null;
  }

  /** A plan in a list. */
  interface PlanFacts {
    id: string;
    city: string;
    zone_id: string;
    name: string;
    made_by: string;
    made_at: string;
    lineage_id: string;
    version: number;
    unit_id: string;
    pattern: string;
    summary: Summary;
  }

  interface ListedPlan extends PlanFacts {
    older_shape: boolean;
    changes: string[];
  }

  interface Plan extends PlanFacts {
    home: Place | null;
    geometry: GeoJSON.Polygon | GeoJSON.LineString | GeoJSON.Point;
    request: Record<string, unknown>;
    route: Route;
  }

  interface PlanInFile {
    route: Route;
    zone: string;
    work_m: number;
    outside_m: number;
    notes: string[];
  }

  interface WishSchema {
    type?: string;
    $ref?: string;
    enum?: string[];
    anyOf?: WishSchema[];
    items?: WishSchema;
    default?: unknown;
    description?: string;
    minimum?: number;
    exclusiveMinimum?: number;
    maximum?: number;
    exclusiveMaximum?: number;
    maxLength?: number;
  }

  interface ObjectSchema {
    description: string;
    properties: Record<string, WishSchema>;
    required?: string[];
    $defs?: Record<string, WishSchema>;
  }

  interface Pattern {
    name: string;
    title: string;
    shapes: ("Polygon" | "LineString" | "Point")[];
    schema: ObjectSchema;
  }

  interface Titled {
    name: string;
    title: string;
  }

  /** What is on board of a drone before and during a flight. */
  interface Aboard {
    is_connected: boolean;
    is_on_board: boolean;
    plan: string;
    mission_items: number;
    fence_points: number;
    rally_points: number;
    link: string;
    driver: string;
    arming: string[];
    fence_warning: string | null;
    asks: Question[];
    by_itself: string[];
    failsafes: Failsafes | null;
  }

  interface Failsafes {
    return_height_m: number | null;
    fence_enforced: boolean | null;
    reactions: { cause: string; reaction: string }[];
  }

  /** What has to be said yes to. */
  interface Question {
    subject: string;
    message: string;
  }

  type PicturePoint = [across: number, down: number];

  interface Mask {
    kind: "privacy" | "ignore";
    name: string;
    outline: PicturePoint[];
  }

  /** A rule of a camera; its further fields are those of its kind's schema. */
  interface Rule {
    kind: string;
    name?: string;
    category?: string;
    classes?: string[];
    hours?: TimeWindow[];
    zone?: PicturePoint[];
    line?: PicturePoint[];
    way?: PicturePoint[];
    right_name?: string;
    left_name?: string;
    [field: string]: unknown;
  }

  interface ClickedGround {
    kind: "points";
    points: { x: number; y: number; lat: number; lon: number }[];
  }

  interface MeasuredGround {
    kind: "pose";
    height_m: number | null;
    tilt_deg: number;
    azimuth_deg: number | null;
    hfov_deg: number;
    roll_deg: number | null;
    aspect: number;
  }

  type Ground = ClickedGround | MeasuredGround;

  interface GroundTried {
    misfit_m: number | null;
    residuals_m: (number | null)[];
    horizon: PicturePoint[] | null;
    samples: GroundSample[];
  }

  interface GroundSample {
    x: number;
    y: number;
    lat: number;
    lon: number;
    accuracy_m: number;
    major_m: number | null;
    minor_m: number | null;
    azimuth_deg: number | null;
  }

  /** One saved version of a part of a camera's setup. */
  interface SetupVersion<Content> {
    version: number;
    by: string;
    at: string;
    content: Content | null;
  }

  interface Versioned<Content> {
    version: number;
    history: SetupVersion<Content>[];
    history_total: number;
  }

  interface RulesSetup extends Versioned<{ rule: Rule[] }> {
    rule: Rule[];
    from: "drawn" | "settings" | "usual";
    kinds: Record<string, ObjectSchema>;
    classes: string[];
  }

  interface MasksSetup extends Versioned<{ mask: Mask[] }> {
    mask: Mask[];
  }

  interface GroundSetup extends Versioned<Ground> {
    ground: Ground | null;
  }
}
