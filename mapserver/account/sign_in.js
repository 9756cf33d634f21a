// Whoever signs in next on this device finds nothing of who was signed in before.

import { forgetPage } from "../reports/offline.js";

await forgetPage();
