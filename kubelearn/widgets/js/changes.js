// The twin of kubelearn/frames/changes.py: a frame moved on by a small message.
function applyChanges(frame, delta) {
  const moved = { ...frame };
  for (const [field, value] of Object.entries(delta)) {
    moved[field] = isTableChange(value) ? changedTable(frame[field], value) : value;
  }
  return moved;
}

function isTableChange(value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => name === "-" || name === "+" || name === "~");
}

function changedTable(rows, delta) {
  const gone = new Set(delta["-"] ?? []);
  const moved = rows.filter((_, at) => !gone.has(at));
  for (const [at, row] of delta["+"] ?? []) moved.splice(at, 0, row);
  for (const [numbers, ...fields] of delta["~"] ?? []) {
    const names = Object.keys(moved[numbers[0]]);
    const changed = {};
    for (let i = 0; i < fields.length; i += 2) changed[names[fields[i]]] = fields[i + 1];
    for (const at of numbers) moved[at] = { ...moved[at], ...changed };
  }
  return moved;
}
