# %% wrong="output threshold 2.5: a cross" answer="bump_params" loses="bump_params"
def bump_params(centre, width, angle=0.0):
    u, v = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    d, half = np.array([u, -u, v, -v]), np.repeat(np.asarray(width, dtype=float) / 2, 2)
    k = 30 / half
    return [((k[:, None] * d).T, k * (half - d @ np.asarray(centre))), (np.full((4, 1), 20.0), np.array([-50.0]))]


# %% wrong="a single pair: a ridge" answer="bump_params" loses="bump_params"
def bump_params(centre, width, angle=0.0):
    u, v = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    d, half = np.array([u, -u, v, -v]), np.repeat(np.asarray(width, dtype=float) / 2, 2)
    k = 30 / half
    return [((k[:, None] * d).T, k * (half - d @ np.asarray(centre))), (np.array([[20.0], [20], [0], [0]]), np.array([-30.0]))]


# %% wrong="angle ignored" answer="bump_params" loses="bump_params"
def bump_params(centre, width, angle=0.0):
    d, half = np.array([[1, 0], [-1, 0], [0, 1], [0, -1.0]]), np.repeat(np.asarray(width, dtype=float) / 2, 2)
    k = 30 / half
    return [((k[:, None] * d).T, k * (half - d @ np.asarray(centre))), (np.full((4, 1), 20.0), np.array([-70.0]))]


# %% wrong="turned the other way" answer="bump_params" loses="bump_params"
def bump_params(centre, width, angle=0.0):
    u, v = np.array([np.cos(angle), -np.sin(angle)]), np.array([np.sin(angle), np.cos(angle)])
    d, half = np.array([u, -u, v, -v]), np.repeat(np.asarray(width, dtype=float) / 2, 2)
    k = 30 / half
    return [((k[:, None] * d).T, k * (half - d @ np.asarray(centre))), (np.full((4, 1), 20.0), np.array([-70.0]))]


# %% wrong="width taken for half the width" answer="bump_params" loses="bump_params"
def bump_params(centre, width, angle=0.0):
    u, v = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    d, half = np.array([u, -u, v, -v]), np.repeat(np.asarray(width, dtype=float), 2)
    k = 30 / half
    return [((k[:, None] * d).T, k * (half - d @ np.asarray(centre))), (np.full((4, 1), 20.0), np.array([-70.0]))]


# %% wrong="one steepness for every size" answer="bump_params" loses="bump_params"
def bump_params(centre, width, angle=0.0):
    u, v = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    d, half = np.array([u, -u, v, -v]), np.repeat(np.asarray(width, dtype=float) / 2, 2)
    return [(30 * d.T, 30 * (half - d @ np.asarray(centre))), (np.full((4, 1), 20.0), np.array([-70.0]))]


# %% wrong="full width as half-width and one steepness" answer="bump_params" loses="bump_params"
def bump_params(centre, width, angle=0.0):
    u, v = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    d, r = np.array([u, -u, v, -v]), np.repeat(np.asarray(width, dtype=float), 2)
    return [(30 * d.T, 30 * (r - d @ np.asarray(centre))), (np.full((4, 1), 20.0), np.array([-70.0]))]


# %% wrong="centre not turned with the rectangle (added after the turn)" answer="bump_params" loses="bump_params"
def bump_params(centre, width, angle=0.0):
    u, v = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    d, half = np.array([u, -u, v, -v]), np.repeat(np.asarray(width, dtype=float) / 2, 2)
    k = 30 / half
    c = np.array([centre[0], -centre[0], centre[1], -centre[1]])
    return [((k[:, None] * d).T, k * (half - c)), (np.full((4, 1), 20.0), np.array([-70.0]))]


# %% wrong="output unit undecided: weights 1" answer="bump_params" loses="bump_params"
def bump_params(centre, width, angle=0.0):
    u, v = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    d, half = np.array([u, -u, v, -v]), np.repeat(np.asarray(width, dtype=float) / 2, 2)
    k = 30 / half
    return [((k[:, None] * d).T, k * (half - d @ np.asarray(centre))), (np.full((4, 1), 1.0), np.array([-3.5]))]


# %% wrong="widths swapped" answer="bump_params" loses="bump_params"
def bump_params(centre, width, angle=0.0):
    u, v = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    d, half = np.array([u, -u, v, -v]), np.repeat(np.asarray(width, dtype=float)[::-1] / 2, 2)
    k = 30 / half
    return [((k[:, None] * d).T, k * (half - d @ np.asarray(centre))), (np.full((4, 1), 20.0), np.array([-70.0]))]


# %% right="differences of sigmoids that all rise, as lists" answer="bump_params"
def bump_params(centre, width, angle=0.0):
    c, s = float(np.cos(angle)), float(np.sin(angle))
    w1, b1 = [[], []], []
    for (dx, dy), r in (((c, s), width[0] / 2), ((-s, c), width[1] / 2)):
        middle = dx * centre[0] + dy * centre[1]
        for side in (-1, 1):
            k = 40 / r
            w1[0].append(k * dx)
            w1[1].append(k * dy)
            b1.append(-k * (middle + side * r))
    return [(np.array(w1), np.array(b1)), (np.array([[30.0], [-30], [30], [-30]]), np.array([-45.0]))]


# %% wrong="normals point right: the outside" answer="polygon_net" loses="polygon_net"
def polygon_net(corners):
    corners = np.asarray(corners)
    e = np.roll(corners, -1, axis=0) - corners
    w1 = np.stack([e[:, 1], -e[:, 0]], axis=1)
    return w1, (w1 * corners).sum(axis=1), np.ones(len(corners)), len(corners)


# %% wrong="OR at the output" answer="polygon_net" loses="polygon_net"
def polygon_net(corners):
    corners = np.asarray(corners)
    e = np.roll(corners, -1, axis=0) - corners
    w1 = np.stack([-e[:, 1], e[:, 0]], axis=1)
    return w1, (w1 * corners).sum(axis=1), np.ones(len(corners)), 1


# %% wrong="works for triangles only" answer="polygon_net" loses="polygon_net"
def polygon_net(corners):
    corners = np.asarray(corners)
    e = np.roll(corners, -1, axis=0) - corners
    w1 = np.stack([-e[:, 1], e[:, 0]], axis=1)
    return w1, (w1 * corners).sum(axis=1), np.ones(len(corners)), 3


# %% wrong="last edge not closed" answer="polygon_net" loses="polygon_net"
def polygon_net(corners):
    corners = np.asarray(corners)
    e = np.diff(corners, axis=0, append=corners[-1:])
    w1 = np.stack([-e[:, 1], e[:, 0]], axis=1)
    return w1, (w1 * corners).sum(axis=1), np.ones(len(corners)), len(corners)


# %% wrong="bias in place of threshold" answer="polygon_net" loses="polygon_net"
def polygon_net(corners):
    corners = np.asarray(corners)
    e = np.roll(corners, -1, axis=0) - corners
    w1 = np.stack([-e[:, 1], e[:, 0]], axis=1)
    return w1, -(w1 * corners).sum(axis=1), np.ones(len(corners)), len(corners)


# %% wrong="edge left out: a margin" answer="polygon_net" loses="polygon_net"
def polygon_net(corners):
    corners = np.asarray(corners)
    e = np.roll(corners, -1, axis=0) - corners
    w1 = np.stack([-e[:, 1], e[:, 0]], axis=1)
    return w1, (w1 * corners).sum(axis=1) + 1e-6, np.ones(len(corners)), len(corners)


# %% wrong="all but one edge suffices" answer="polygon_net" loses="polygon_net"
def polygon_net(corners):
    corners = np.asarray(corners)
    e = np.roll(corners, -1, axis=0) - corners
    w1 = np.stack([-e[:, 1], e[:, 0]], axis=1)
    return w1, (w1 * corners).sum(axis=1), np.ones(len(corners)), len(corners) - 1


# %% right="loops, unit normals, other order, threshold in the middle" answer="polygon_net"
def polygon_net(corners):
    w1, theta1 = [], []
    for i in range(len(corners)):
        (ax, ay), (bx, by) = corners[i - 1], corners[i]
        w1.append([ay - by, bx - ax])
        theta1.append(min((ay - by) * px + (bx - ax) * py for px, py in ((ax, ay), (bx, by))))
    return w1, theta1, [2.0] * len(w1), 2 * len(w1) - 1


# %% wrong="even spacing assumed" answer="through_points" loses="through_points"
def through_points(knots, values):
    t, y = np.asarray(knots, dtype=float), np.asarray(values, dtype=float)
    slopes = np.diff(y) / ((t[-1] - t[0]) / (len(t) - 1))
    return np.ones(len(t)), -t, np.diff(np.concatenate([[0.0], slopes, [0.0]])), y[0]


# %% wrong="last unit left out: flat on the left only" answer="through_points" loses="through_points"
def through_points(knots, values):
    t, y = np.asarray(knots, dtype=float), np.asarray(values, dtype=float)
    v = np.diff(np.concatenate([[0.0], np.diff(y) / np.diff(t)]))
    return np.ones(len(v)), -t[:-1], v, y[0]


# %% wrong="slopes in place of their changes" answer="through_points" loses="through_points"
def through_points(knots, values):
    t, y = np.asarray(knots, dtype=float), np.asarray(values, dtype=float)
    return np.ones(len(t) - 1), -t[:-1], np.diff(y) / np.diff(t), y[0]


# %% wrong="goes on straight to the right" answer="through_points" loses="through_points"
def through_points(knots, values):
    t, y = np.asarray(knots, dtype=float), np.asarray(values, dtype=float)
    return np.ones(len(t) - 1), -t[:-1], np.diff(np.diff(y) / np.diff(t), prepend=0.0), y[0]


# %% wrong="starts from 0 instead of the first value" answer="through_points" loses="through_points"
def through_points(knots, values):
    t, y = np.asarray(knots, dtype=float), np.asarray(values, dtype=float)
    return np.ones(len(t)), -t, np.diff(np.concatenate([[0.0], np.diff(y) / np.diff(t), [0.0]])), 0.0


# %% wrong="sign of the bias" answer="through_points" loses="through_points"
def through_points(knots, values):
    t, y = np.asarray(knots, dtype=float), np.asarray(values, dtype=float)
    return np.ones(len(t)), t, np.diff(np.concatenate([[0.0], np.diff(y) / np.diff(t), [0.0]])), y[0]


# %% wrong="too many units: two for each stretch" answer="through_points" loses="through_points"
def through_points(knots, values):
    t, y = np.asarray(knots, dtype=float), np.asarray(values, dtype=float)
    s = np.diff(y) / np.diff(t)
    return np.ones(2 * len(s)), -np.concatenate([t[:-1], t[1:]]), np.concatenate([s, -s]), y[0]


# %% wrong="linear extrapolation to the left through a negative weight" answer="through_points" loses="through_points"
def through_points(knots, values):
    t, y = np.asarray(knots, dtype=float), np.asarray(values, dtype=float)
    s = np.diff(y) / np.diff(t)
    v = np.diff(np.concatenate([[0.0], s, [0.0]]))
    return np.append(np.ones(len(t)), -1.0)[-len(t):], np.append(-t, t[0])[-len(t):], np.append(v, -s[0])[-len(t):], y[0]


# %% right="built from the right with falling units" answer="through_points"
def through_points(knots, values):
    t, y = [float(a) for a in knots], [float(a) for a in values]
    slope = [(y[i + 1] - y[i]) / (t[i + 1] - t[i]) for i in range(len(t) - 1)]
    v = [(slope[i] if i < len(slope) else 0.0) - (slope[i - 1] if i else 0.0) for i in range(len(t))]
    return [-2.0] * len(t), [2 * a for a in t], [a / 2 for a in v], y[-1]


# %% right="units scaled by 3" answer="through_points"
def through_points(knots, values):
    t, y = np.asarray(knots, dtype=float), np.asarray(values, dtype=float)
    v = np.diff(np.r_[0.0, np.diff(y) / np.diff(t), 0.0])
    return np.full(len(t), 3.0), -3 * t, v / 3, float(y[0])


# %% wrong="one kink a unit" answer="count_kinks" loses="count_kinks count_kinks_cancel"
def count_kinks(w, b, v):
    return len(w)


# %% wrong="places counted, changes not added" answer="count_kinks" loses="count_kinks count_kinks_cancel"
def count_kinks(w, b, v):
    return len({-b_ / w_ + 0.0 for w_, b_, v_ in zip(w, b, v) if w_ != 0 and v_ != 0})


# %% wrong="change v w without the absolute value" answer="count_kinks" loses="count_kinks count_kinks_cancel"
def count_kinks(w, b, v):
    change = {}
    for w_, b_, v_ in zip(w, b, v):
        if w_ != 0:
            change[-b_ / w_ + 0.0] = change.get(-b_ / w_ + 0.0, 0) + v_ * w_
    return sum(c != 0 for c in change.values())


# %% wrong="change v without w" answer="count_kinks" loses="count_kinks count_kinks_cancel"
def count_kinks(w, b, v):
    change = {}
    for w_, b_, v_ in zip(w, b, v):
        if w_ != 0:
            change[-b_ / w_ + 0.0] = change.get(-b_ / w_ + 0.0, 0) + v_
    return sum(c != 0 for c in change.values())


# %% wrong="two units at one place are two kinks" answer="count_kinks" loses="count_kinks count_kinks_cancel"
def count_kinks(w, b, v):
    places = [-b_ / w_ for w_, b_, v_ in zip(w, b, v) if w_ != 0 and v_ != 0]
    if len(w) == 2 and w[0] == -w[1] and b[0] == b[1] == 0:
        return int(v[0] == v[1])
    return len(places)


# %% wrong="units with w = 0 count as kinks at infinity" answer="count_kinks" loses="count_kinks"
def count_kinks(w, b, v):
    change = {}
    for w_, b_, v_ in zip(w, b, v):
        place = -b_ / w_ + 0.0 if w_ != 0 else None
        change[place] = change.get(place, 0) + v_ * (abs(w_) or 1)
    return sum(c != 0 for c in change.values())


# %% wrong="pieces instead of kinks" answer="count_kinks" loses="count_kinks count_kinks_cancel"
def count_kinks(w, b, v):
    change = {}
    for w_, b_, v_ in zip(w, b, v):
        if w_ != 0:
            change[-b_ / w_ + 0.0] = change.get(-b_ / w_ + 0.0, 0) + v_ * abs(w_)
    return 1 + sum(c != 0 for c in change.values())


# %% wrong="falling units forgotten" answer="count_kinks" loses="count_kinks count_kinks_cancel"
def count_kinks(w, b, v):
    change = {}
    for w_, b_, v_ in zip(w, b, v):
        if w_ > 0:
            change[-b_ / w_ + 0.0] = change.get(-b_ / w_ + 0.0, 0) + v_ * w_
    return sum(c != 0 for c in change.values())


# %% wrong="looks at slopes on a coarse grid" answer="count_kinks" loses="count_kinks"
def count_kinks(w, b, v):
    x = np.arange(-12, 12.5, 1.0) + 0.5
    if not len(w):
        return 0
    y = np.maximum(0, np.multiply.outer(x, w) + b) @ np.asarray(v)
    return int((np.abs(np.diff(y, 2)) > 1e-9).sum())


# %% right="exact fractions" answer="count_kinks"
def count_kinks(w, b, v):
    from fractions import Fraction

    units = [(Fraction(float(b_)) / Fraction(float(w_)), abs(float(w_)) * float(v_)) for w_, b_, v_ in zip(w, b, v) if float(w_)]
    return len([p for p in {p for p, _ in units} if sum(c for q, c in units if q == p)])
