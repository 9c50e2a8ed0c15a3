// Times are nanoseconds of simulated time.
const SECOND = 1e9;

function trimmed(number) {
  return number.toFixed(3).replace(/\.?0+$/, "") || "0";
}

// "0s", "350ms", "1m30s": as the Python side writes durations.
function durationText(time) {
  if (time < 0) return "-" + durationText(-time);
  if (time < SECOND) return time ? trimmed(time / 1e6) + "ms" : "0s";
  const hours = Math.floor(time / (3600 * SECOND));
  const minutes = Math.floor((time / (60 * SECOND)) % 60);
  const seconds = trimmed((time / SECOND) % 60);
  return (hours ? hours + "h" : "") + (minutes ? minutes + "m" : "") + (seconds === "0" ? "" : seconds + "s");
}

// The same to whole seconds, steady while time runs.
function clockText(time) {
  const whole = Math.floor(time / SECOND);
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  return (hours ? hours + ":" : "") + two(Math.floor(whole / 60) % 60) + ":" + two(whole % 60);
}

// kubectl's AGE: two units while they matter, then one.
function ageText(time) {
  const seconds = Math.max(0, Math.floor(time / SECOND));
  const two = (unit, name, part, partName) => {
    const rest = Math.floor((seconds % unit) / part);
    return Math.floor(seconds / unit) + name + (rest ? rest + partName : "");
  };
  if (seconds < 120) return seconds + "s";
  if (seconds < 600) return two(60, "m", 1, "s");
  if (seconds < 10800) return Math.floor(seconds / 60) + "m";
  if (seconds < 28800) return two(3600, "h", 60, "m");
  if (seconds < 172800) return Math.floor(seconds / 3600) + "h";
  if (seconds < 691200) return two(86400, "d", 3600, "h");
  return Math.floor(seconds / 86400) + "d";
}
