// One sound at a time on a page: what starts says so, and whatever else plays stops. Every component lives in a shadow
// tree of its own, out of which the events of sounds do not come, so they find each other by one on the document.

const SOUND_STARTS = "bss-lens-sound-starts"

function sayThatItPlays(element) {
  document.dispatchEvent(new CustomEvent(SOUND_STARTS, { detail: element }))
}

// Calls `stop` when anything but `element` starts, until the returned function is called.
function stopForOthers(element, stop) {
  const hear = (event) => event.detail !== element && stop()
  document.addEventListener(SOUND_STARTS, hear)
  return () => document.removeEventListener(SOUND_STARTS, hear)
}
