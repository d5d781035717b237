// What the browser's Back leads to. Streamlit makes a step of its own where a page only fills in what it shows at first, so
// that Back would lead to the same page again; and none where the visitor chooses another set, run or part of a page.

const parameters = (address) => new URL(address, window.location.href).searchParams
const isHere = (address) => new URL(address, window.location.href).pathname === window.location.pathname

/** What this address says, but for details. */
const saidHere = (details) => [...parameters(window.location.href)].filter(([name]) => !details.includes(name))
/** Whether an address says the same as this one, but for details, and perhaps more. */
const onlyAdds = (address, details) => {
  const next = parameters(address)
  return saidHere(details).every(([name, value]) => next.getAll(name).includes(value))
}
/** Whether an address has another value of one of these parameters. */
const leadsElsewhere = (address, choices) => {
  const now = parameters(window.location.href), next = parameters(address)
  return choices.some((name) => now.has(name) && next.has(name) && now.get(name) !== next.get(name))
}
/**
 * Whether an address drops all that this one says: on the way to another page Streamlit drops what belongs to this one,
 * and may already say what belongs to the next, as a step of its own.
 */
const leaves = (address, details) => {
  const next = parameters(address), here = saidHere(details)
  if (here.length) return !here.some(([name]) => next.has(name))
  return ![...next].length && !saidHere([]).length
}

export default function ({ data }) {
  if (window.historyKeeper) return
  const { pushState, replaceState } = window.history
  const keeper = (window.historyKeeper = { byHand: false })
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => (keeper.byHand = true), true)
  // What a page changes of an address that Back or Forward led to is no step.
  window.addEventListener("popstate", () => (keeper.byHand = false), true)
  window.history.pushState = function (state, unused, address) {
    if (address && isHere(address) && leaves(address, data.details)) return
    const step = !address || !isHere(address) || !onlyAdds(address, data.details)
    ;(step ? pushState : replaceState).call(this, state, unused, address)
  }
  window.history.replaceState = function (state, unused, address) {
    const step = address && keeper.byHand && isHere(address) && leadsElsewhere(address, data.choices)
    ;(step ? pushState : replaceState).call(this, state, unused, address)
  }
}
