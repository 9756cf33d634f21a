// Map or orthophoto, as chosen on this device. Draws nothing.

const KEY = "vanagas-ground";
const PHOTO = "photo";

/** What the server says of the ground of its maps. @returns {import("./ground.js").Ground} */
export const groundOfPage = () => JSON.parse(document.documentElement.dataset.basemap ?? "{}");

/** Whether maps show the orthophoto. */
export const isPhotoChosen = () => localStorage.getItem(KEY) === PHOTO;

/** Keep what was chosen. @param {boolean} photo */
export function choosePhoto(photo) {
  localStorage.setItem(KEY, photo ? PHOTO : "map");
}
