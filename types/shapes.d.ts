// The shapes that the server sends to its pages, by short names: those of docs/openapi.json (as types: openapi.d.ts, made
// by `make javascript`), nearer where the document says no more than "object" and a page knows which. And what travels
// over WebSockets, which OpenAPI does not describe. Times are ISO 8601 in UTC, units stand in the names.

declare namespace Api {
  type Schemas = import("./openapi").components["schemas"];
  /** `Base` with some fields said more nearly. */
  type Nearer<Base, Fields> = Omit<Base, keyof Fields> & Fields;
  type Kind = "unit" | "camera" | "zone" | "flight" | "assignment" | "incident" | "drone_request";
  type LonLat = [lon: number, lat: number];

  type City = Schemas["SnapshotTown"];

  interface Place {
    lat: number;
    lon: number;
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

  type Unit = Nearer<Schemas["UnitAnswer"], { instruments: Instruments | null }>;
  type Camera = Schemas["CameraAnswer"];
  /** Days by three capitals in zones, small letters in a camera's rules. */
  type TimeWindow = Nearer<Required<Schemas["TimeWindow"]>, { days: string[] }>;
  type Attention = Nearer<Required<Schemas["Attention"]>, { windows: TimeWindow[]; served_by: string[] }>;
  type Zone = Nearer<Schemas["ZoneAnswer"], { attention: Attention }>;
  /** What is said of a zone, as its form has it. */
  type ZoneFacts = Pick<Zone, "name" | "kind" | "priority" | "notes" | "attention">;
  type Summary = Schemas["RouteSummary"];
  type Flight = Schemas["FlightAnswer"];
  type Assignment = Schemas["AssignmentAnswer"];
  type Incident = Schemas["IncidentHeadline"];
  type DroneRequest = Schemas["DroneRequestAnswer"];

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
  type Part = Schemas["ShownPart"];
  type Snapshot = Nearer<Schemas["SnapshotAnswer"], { type: "snapshot"; units: Unit[]; zones: Zone[]; }>;

  /** One change of a delta; `data` is null for what is gone. Some kinds are only news. */
  interface Change {
    kind: string;
    id: string;
    data: Stream | Things[Kind] | null;
  }

  type FeedMessage =
    | Snapshot
    | { type: "resumed" }
    | { type: "passing"; changes: Change[] }
    | { type: "delta"; epoch: string; seq: number; changes: Change[] }
    | { type: "alive"; seq: number; at: string };

  /** A stream of video, as the wall shows it. */
  type Stream = Schemas["StreamAnswer"];
  type Fault = Schemas["FaultAnswer"];
  type Leg = Schemas["RouteLeg"];
  type Route = Schemas["RouteFeature"];
  type Verdict = Schemas["VerdictAnswer"];
  type Problem = Schemas["PreviewProblem"];
  type Energy = Schemas["EnergyFactorAnswer"];
  /** What the server says of a plan while it is drawn. */
  type Tried = Nearer<Schemas["PreviewAnswer"], { images?: GeoJSON.FeatureCollection | null }>;
  /** What the server says of an outline while it is drawn. */
  type OutlineJudged = Schemas["OutlineCheck"];
  type ListedPlan = Schemas["PlanBrief"];
  type Plan = Nearer<Schemas["PlanAnswer"], { geometry: GeoJSON.Polygon | GeoJSON.LineString | GeoJSON.Point }>;
  type PlanInFile = Schemas["PlanInFile"];

  /** The part of JSON Schema that patterns and rules use. */
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

  type Pattern = Nearer<Schemas["RoutePattern"], { shapes: ("Polygon" | "LineString" | "Point")[]; schema: ObjectSchema }>;
  type Titled = Schemas["SurveyCamera"];
  /** What is on board of a drone before and during a flight; little of it before the drone is connected. */
  type Aboard = Schemas["AboardAnswer"];
  /** What has to be said yes to. */
  type Question = Schemas["AskedOnBoard"];

  type PicturePoint = [across: number, down: number];
  type Mask = Nearer<Schemas["MaskAnswer"], { kind: "privacy" | "ignore"; outline: PicturePoint[] }>;

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

  type ClickedGround = Nearer<Schemas["ClickedGround"], { kind: "points" }>;
  type MeasuredGround = Nearer<Required<Schemas["MeasuredPose"]>, { kind: "pose" }>;
  type Ground = ClickedGround | MeasuredGround;
  type GroundTried = Schemas["GroundTrial"];
  type GroundSample = Schemas["GroundSample"];

  /** One saved version of a part of a camera's setup. */
  type SetupVersion<Content> = Nearer<Schemas["SetupVersion"], { content: Content | null }>;

  interface Versioned<Content> {
    version: number;
    history: SetupVersion<Content>[];
    history_total: number;
  }

  type RulesSetup = Nearer<
    Schemas["RulesAnswer"],
    { rule: Rule[]; kinds: Record<string, ObjectSchema>; history: SetupVersion<{ rule: Rule[] }>[] }
  >;
  type MasksSetup = Nearer<Schemas["MasksAnswer"], { mask: Mask[]; history: SetupVersion<{ mask: Mask[] }>[] }>;
  type GroundSetup = Nearer<Schemas["GroundAnswer"], { ground: Ground | null; history: SetupVersion<Ground>[] }>;
}
