# %% wrong="the slides' rule: adds weight gradients" answer="net222_grads" loses="net222_grads net222_inputs"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = (o1 - y[0]) * o1 * (1 - o1), (o2 - y[1]) * o2 * (1 - o2)
    g5, g6, g7, g8 = d_o1 * h1, d_o2 * h1, d_o1 * h2, d_o2 * h2
    d_h1 = (g5 + g6) * h1 * (1 - h1)
    d_h2 = (g7 + g8) * h2 * (1 - h2)
    g1, g2, g3, g4 = d_h1 * x[0], d_h2 * x[0], d_h1 * x[1], d_h2 * x[1]
    dx1, dx2 = d_h1 * w["w1"] + d_h2 * w["w2"], d_h1 * w["w3"] + d_h2 * w["w4"]
    return {"w1": g1, "w2": g2, "w3": g3, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8, "x1": dx1, "x2": dx2}


# %% wrong="adds error signals without the weights" answer="net222_grads" loses="net222_grads net222_inputs"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = (o1 - y[0]) * o1 * (1 - o1), (o2 - y[1]) * o2 * (1 - o2)
    g5, g6, g7, g8 = d_o1 * h1, d_o2 * h1, d_o1 * h2, d_o2 * h2
    d_h1 = (d_o1 + d_o2) * h1 * (1 - h1)
    d_h2 = (d_o1 + d_o2) * h2 * (1 - h2)
    g1, g2, g3, g4 = d_h1 * x[0], d_h2 * x[0], d_h1 * x[1], d_h2 * x[1]
    dx1, dx2 = d_h1 * w["w1"] + d_h2 * w["w2"], d_h1 * w["w3"] + d_h2 * w["w4"]
    return {"w1": g1, "w2": g2, "w3": g3, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8, "x1": dx1, "x2": dx2}


# %% wrong="x instead of h in the output layer" answer="net222_grads" loses="net222_grads"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = (o1 - y[0]) * o1 * (1 - o1), (o2 - y[1]) * o2 * (1 - o2)
    g5, g6, g7, g8 = d_o1 * x[0], d_o2 * x[0], d_o1 * x[1], d_o2 * x[1]
    d_h1 = (d_o1 * w["w5"] + d_o2 * w["w6"]) * h1 * (1 - h1)
    d_h2 = (d_o1 * w["w7"] + d_o2 * w["w8"]) * h2 * (1 - h2)
    g1, g2, g3, g4 = d_h1 * x[0], d_h2 * x[0], d_h1 * x[1], d_h2 * x[1]
    dx1, dx2 = d_h1 * w["w1"] + d_h2 * w["w2"], d_h1 * w["w3"] + d_h2 * w["w4"]
    return {"w1": g1, "w2": g2, "w3": g3, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8, "x1": dx1, "x2": dx2}


# %% wrong="w6 and w7 swapped on the way back" answer="net222_grads" loses="net222_grads net222_inputs"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = (o1 - y[0]) * o1 * (1 - o1), (o2 - y[1]) * o2 * (1 - o2)
    g5, g6, g7, g8 = d_o1 * h1, d_o2 * h1, d_o1 * h2, d_o2 * h2
    d_h1 = (d_o1 * w["w5"] + d_o2 * w["w7"]) * h1 * (1 - h1)
    d_h2 = (d_o1 * w["w6"] + d_o2 * w["w8"]) * h2 * (1 - h2)
    g1, g2, g3, g4 = d_h1 * x[0], d_h2 * x[0], d_h1 * x[1], d_h2 * x[1]
    dx1, dx2 = d_h1 * w["w1"] + d_h2 * w["w2"], d_h1 * w["w3"] + d_h2 * w["w4"]
    return {"w1": g1, "w2": g2, "w3": g3, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8, "x1": dx1, "x2": dx2}


# %% wrong="no o(1 - o) in the output layer" answer="net222_grads" loses="net222_grads net222_inputs"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = o1 - y[0], o2 - y[1]
    g5, g6, g7, g8 = d_o1 * h1, d_o2 * h1, d_o1 * h2, d_o2 * h2
    d_h1 = (d_o1 * w["w5"] + d_o2 * w["w6"]) * h1 * (1 - h1)
    d_h2 = (d_o1 * w["w7"] + d_o2 * w["w8"]) * h2 * (1 - h2)
    g1, g2, g3, g4 = d_h1 * x[0], d_h2 * x[0], d_h1 * x[1], d_h2 * x[1]
    dx1, dx2 = d_h1 * w["w1"] + d_h2 * w["w2"], d_h1 * w["w3"] + d_h2 * w["w4"]
    return {"w1": g1, "w2": g2, "w3": g3, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8, "x1": dx1, "x2": dx2}


# %% wrong="no h(1 - h) in the hidden layer" answer="net222_grads" loses="net222_grads net222_inputs"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = (o1 - y[0]) * o1 * (1 - o1), (o2 - y[1]) * o2 * (1 - o2)
    g5, g6, g7, g8 = d_o1 * h1, d_o2 * h1, d_o1 * h2, d_o2 * h2
    d_h1 = (d_o1 * w["w5"] + d_o2 * w["w6"])
    d_h2 = (d_o1 * w["w7"] + d_o2 * w["w8"])
    g1, g2, g3, g4 = d_h1 * x[0], d_h2 * x[0], d_h1 * x[1], d_h2 * x[1]
    dx1, dx2 = d_h1 * w["w1"] + d_h2 * w["w2"], d_h1 * w["w3"] + d_h2 * w["w4"]
    return {"w1": g1, "w2": g2, "w3": g3, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8, "x1": dx1, "x2": dx2}


# %% wrong="sign: y - o" answer="net222_grads" loses="net222_grads net222_inputs"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = (y[0] - o1) * o1 * (1 - o1), (y[1] - o2) * o2 * (1 - o2)
    g5, g6, g7, g8 = d_o1 * h1, d_o2 * h1, d_o1 * h2, d_o2 * h2
    d_h1 = (d_o1 * w["w5"] + d_o2 * w["w6"]) * h1 * (1 - h1)
    d_h2 = (d_o1 * w["w7"] + d_o2 * w["w8"]) * h2 * (1 - h2)
    g1, g2, g3, g4 = d_h1 * x[0], d_h2 * x[0], d_h1 * x[1], d_h2 * x[1]
    dx1, dx2 = d_h1 * w["w1"] + d_h2 * w["w2"], d_h1 * w["w3"] + d_h2 * w["w4"]
    return {"w1": g1, "w2": g2, "w3": g3, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8, "x1": dx1, "x2": dx2}


# %% wrong="error without the factor one half" answer="net222_grads" loses="net222_grads net222_inputs"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = 2 * (o1 - y[0]) * o1 * (1 - o1), 2 * (o2 - y[1]) * o2 * (1 - o2)
    g5, g6, g7, g8 = d_o1 * h1, d_o2 * h1, d_o1 * h2, d_o2 * h2
    d_h1 = (d_o1 * w["w5"] + d_o2 * w["w6"]) * h1 * (1 - h1)
    d_h2 = (d_o1 * w["w7"] + d_o2 * w["w8"]) * h2 * (1 - h2)
    g1, g2, g3, g4 = d_h1 * x[0], d_h2 * x[0], d_h1 * x[1], d_h2 * x[1]
    dx1, dx2 = d_h1 * w["w1"] + d_h2 * w["w2"], d_h1 * w["w3"] + d_h2 * w["w4"]
    return {"w1": g1, "w2": g2, "w3": g3, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8, "x1": dx1, "x2": dx2}


# %% wrong="only one path back: o1" answer="net222_grads" loses="net222_grads net222_inputs"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = (o1 - y[0]) * o1 * (1 - o1), (o2 - y[1]) * o2 * (1 - o2)
    g5, g6, g7, g8 = d_o1 * h1, d_o2 * h1, d_o1 * h2, d_o2 * h2
    d_h1 = (d_o1 * w["w5"]) * h1 * (1 - h1)
    d_h2 = (d_o1 * w["w7"]) * h2 * (1 - h2)
    g1, g2, g3, g4 = d_h1 * x[0], d_h2 * x[0], d_h1 * x[1], d_h2 * x[1]
    dx1, dx2 = d_h1 * w["w1"] + d_h2 * w["w2"], d_h1 * w["w3"] + d_h2 * w["w4"]
    return {"w1": g1, "w2": g2, "w3": g3, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8, "x1": dx1, "x2": dx2}


# %% wrong="x1 and x2 swapped in the hidden layer" answer="net222_grads" loses="net222_grads"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = (o1 - y[0]) * o1 * (1 - o1), (o2 - y[1]) * o2 * (1 - o2)
    g5, g6, g7, g8 = d_o1 * h1, d_o2 * h1, d_o1 * h2, d_o2 * h2
    d_h1 = (d_o1 * w["w5"] + d_o2 * w["w6"]) * h1 * (1 - h1)
    d_h2 = (d_o1 * w["w7"] + d_o2 * w["w8"]) * h2 * (1 - h2)
    g1, g2, g3, g4 = d_h1 * x[1], d_h2 * x[1], d_h1 * x[0], d_h2 * x[0]
    dx1, dx2 = d_h1 * w["w1"] + d_h2 * w["w2"], d_h1 * w["w3"] + d_h2 * w["w4"]
    return {"w1": g1, "w2": g2, "w3": g3, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8, "x1": dx1, "x2": dx2}


# %% wrong="w2 and w3 swapped" answer="net222_grads" loses="net222_grads"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = (o1 - y[0]) * o1 * (1 - o1), (o2 - y[1]) * o2 * (1 - o2)
    g5, g6, g7, g8 = d_o1 * h1, d_o2 * h1, d_o1 * h2, d_o2 * h2
    d_h1 = (d_o1 * w["w5"] + d_o2 * w["w6"]) * h1 * (1 - h1)
    d_h2 = (d_o1 * w["w7"] + d_o2 * w["w8"]) * h2 * (1 - h2)
    g1, g2, g3, g4 = d_h1 * x[0], d_h2 * x[0], d_h1 * x[1], d_h2 * x[1]
    dx1, dx2 = d_h1 * w["w1"] + d_h2 * w["w2"], d_h1 * w["w3"] + d_h2 * w["w4"]
    return {"w1": g1, "w2": g3, "w3": g2, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8, "x1": dx1, "x2": dx2}


# %% wrong="inputs: weights of a row instead of a column" answer="net222_grads" loses="net222_inputs"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = (o1 - y[0]) * o1 * (1 - o1), (o2 - y[1]) * o2 * (1 - o2)
    g5, g6, g7, g8 = d_o1 * h1, d_o2 * h1, d_o1 * h2, d_o2 * h2
    d_h1 = (d_o1 * w["w5"] + d_o2 * w["w6"]) * h1 * (1 - h1)
    d_h2 = (d_o1 * w["w7"] + d_o2 * w["w8"]) * h2 * (1 - h2)
    g1, g2, g3, g4 = d_h1 * x[0], d_h2 * x[0], d_h1 * x[1], d_h2 * x[1]
    dx1, dx2 = d_h1 * w["w1"] + d_h2 * w["w3"], d_h1 * w["w2"] + d_h2 * w["w4"]
    return {"w1": g1, "w2": g2, "w3": g3, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8, "x1": dx1, "x2": dx2}


# %% wrong="inputs: only the first hidden unit" answer="net222_grads" loses="net222_inputs"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = (o1 - y[0]) * o1 * (1 - o1), (o2 - y[1]) * o2 * (1 - o2)
    g5, g6, g7, g8 = d_o1 * h1, d_o2 * h1, d_o1 * h2, d_o2 * h2
    d_h1 = (d_o1 * w["w5"] + d_o2 * w["w6"]) * h1 * (1 - h1)
    d_h2 = (d_o1 * w["w7"] + d_o2 * w["w8"]) * h2 * (1 - h2)
    g1, g2, g3, g4 = d_h1 * x[0], d_h2 * x[0], d_h1 * x[1], d_h2 * x[1]
    dx1, dx2 = d_h1 * w["w1"], d_h1 * w["w3"]
    return {"w1": g1, "w2": g2, "w3": g3, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8, "x1": dx1, "x2": dx2}


# %% wrong="inputs: signals without the weights" answer="net222_grads" loses="net222_inputs"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = (o1 - y[0]) * o1 * (1 - o1), (o2 - y[1]) * o2 * (1 - o2)
    g5, g6, g7, g8 = d_o1 * h1, d_o2 * h1, d_o1 * h2, d_o2 * h2
    d_h1 = (d_o1 * w["w5"] + d_o2 * w["w6"]) * h1 * (1 - h1)
    d_h2 = (d_o1 * w["w7"] + d_o2 * w["w8"]) * h2 * (1 - h2)
    g1, g2, g3, g4 = d_h1 * x[0], d_h2 * x[0], d_h1 * x[1], d_h2 * x[1]
    dx1, dx2 = d_h1 + d_h2, d_h1 + d_h2
    return {"w1": g1, "w2": g2, "w3": g3, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8, "x1": dx1, "x2": dx2}


# %% wrong="inputs forgotten" answer="net222_grads" loses="net222_grads net222_inputs"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = (o1 - y[0]) * o1 * (1 - o1), (o2 - y[1]) * o2 * (1 - o2)
    g5, g6, g7, g8 = d_o1 * h1, d_o2 * h1, d_o1 * h2, d_o2 * h2
    d_h1 = (d_o1 * w["w5"] + d_o2 * w["w6"]) * h1 * (1 - h1)
    d_h2 = (d_o1 * w["w7"] + d_o2 * w["w8"]) * h2 * (1 - h2)
    g1, g2, g3, g4 = d_h1 * x[0], d_h2 * x[0], d_h1 * x[1], d_h2 * x[1]
    dx1, dx2 = d_h1 * w["w1"] + d_h2 * w["w2"], d_h1 * w["w3"] + d_h2 * w["w4"]
    return {"w1": g1, "w2": g2, "w3": g3, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8}


# %% wrong="numbers of the example typed in" answer="net222_grads" loses="net222_grads net222_inputs"
def net222_grads(w, x, y):
    return {"w1": -0.0084215, "w2": 0.0126067, "w3": -0.0050529, "w4": 0.007564, "w5": 0.034633, "w6": 0.0838661,
            "w7": 0.0304946, "w8": 0.0738447, "x1": -0.0134539, "x2": 0.0067065}


# %% wrong="central differences of the course" answer="net222_grads" loses="net222_grads net222_inputs"
def net222_grads(w, x, y):
    keys = [*w, "x1", "x2"]

    def error(v):
        p = dict(zip(keys, v, strict=True))
        h1 = act("sigmoid", p["w1"] * p["x1"] + p["w3"] * p["x2"])
        h2 = act("sigmoid", p["w2"] * p["x1"] + p["w4"] * p["x2"])
        o1, o2 = act("sigmoid", p["w5"] * h1 + p["w7"] * h2), act("sigmoid", p["w6"] * h1 + p["w8"] * h2)
        return 0.5 * (o1 - y[0]) ** 2 + 0.5 * (o2 - y[1]) ** 2

    return dict(zip(keys, check.numerical_gradient(error, np.array([*w.values(), *x])), strict=True))


# %% wrong="w5 ... w8 mixed up in the hidden signals" answer="net222_grads" loses="net222_grads net222_inputs"
def net222_grads(w, x, y):
    h1 = act("sigmoid", w["w1"] * x[0] + w["w3"] * x[1])
    h2 = act("sigmoid", w["w2"] * x[0] + w["w4"] * x[1])
    o1 = act("sigmoid", w["w5"] * h1 + w["w7"] * h2)
    o2 = act("sigmoid", w["w6"] * h1 + w["w8"] * h2)
    d_o1, d_o2 = (o1 - y[0]) * o1 * (1 - o1), (o2 - y[1]) * o2 * (1 - o2)
    g5, g6, g7, g8 = d_o1 * h1, d_o2 * h1, d_o1 * h2, d_o2 * h2
    d_h1 = (d_o1 * w["w8"] + d_o2 * w["w7"]) * h1 * (1 - h1)
    d_h2 = (d_o1 * w["w6"] + d_o2 * w["w5"]) * h2 * (1 - h2)
    g1, g2, g3, g4 = d_h1 * x[0], d_h2 * x[0], d_h1 * x[1], d_h2 * x[1]
    dx1, dx2 = d_h1 * w["w1"] + d_h2 * w["w2"], d_h1 * w["w3"] + d_h2 * w["w4"]
    return {"w1": g1, "w2": g2, "w3": g3, "w4": g4, "w5": g5, "w6": g6, "w7": g7, "w8": g8, "x1": dx1, "x2": dx2}


# %% right="matrices" answer="net222_grads"
def net222_grads(w, x, y):
    first, second = np.array([[w["w1"], w["w2"]], [w["w3"], w["w4"]]]), np.array([[w["w5"], w["w6"]], [w["w7"], w["w8"]]])
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    h = act("sigmoid", x @ first)
    o = act("sigmoid", h @ second)
    d = (o - y) * o * (1 - o)
    e = (second @ d) * h * (1 - h)
    values = [*np.outer(x, e).ravel(), *np.outer(h, d).ravel(), *(first @ e)]
    return dict(zip(["w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "x1", "x2"], values, strict=True))


# %% right="a complex step for each" answer="net222_grads"
def net222_grads(w, x, y):
    start = {**w, "x1": x[0], "x2": x[1]}

    def error(p):
        s = lambda z: 1 / (1 + np.exp(-z))
        h1, h2 = s(p["w1"] * p["x1"] + p["w3"] * p["x2"]), s(p["w2"] * p["x1"] + p["w4"] * p["x2"])
        return 0.5 * (s(p["w5"] * h1 + p["w7"] * h2) - y[0]) ** 2 + 0.5 * (s(p["w6"] * h1 + p["w8"] * h2) - y[1]) ** 2

    return {k: error({**start, k: start[k] + 1e-30j}).imag / 1e-30 for k in start}


# %% wrong="wrong means wrong sign" answer="audit" loses="audit"
def audit(printed, rule, right, decimals):
    wrong = {k for k in printed if printed[k] * right[k] < 0}
    lucky = {k for k in printed if k not in wrong and abs(rule[k] - right[k]) > 1e-6 * abs(right[k])}
    return wrong, lucky


# %% wrong="a whole unit of the last decimal is allowed" answer="audit" loses="audit"
def audit(printed, rule, right, decimals):
    wrong = {k for k in printed if abs(printed[k] - right[k]) > 10**-decimals}
    lucky = {k for k in printed if k not in wrong and abs(rule[k] - right[k]) > 1e-6 * abs(right[k])}
    return wrong, lucky


# %% wrong="two decimals always" answer="audit" loses="audit"
def audit(printed, rule, right, decimals):
    wrong = {k for k in printed if abs(printed[k] - right[k]) > 0.5 * 10**-2}
    lucky = {k for k in printed if k not in wrong and abs(rule[k] - right[k]) > 1e-6 * abs(right[k])}
    return wrong, lucky


# %% wrong="printed must equal the right value exactly" answer="audit" loses="audit"
def audit(printed, rule, right, decimals):
    wrong = {k for k in printed if printed[k] != right[k]}
    lucky = {k for k in printed if k not in wrong and abs(rule[k] - right[k]) > 1e-6 * abs(right[k])}
    return wrong, lucky


# %% wrong="compares printed with the rule" answer="audit" loses="audit"
def audit(printed, rule, right, decimals):
    wrong = {k for k in printed if abs(printed[k] - rule[k]) > 0.5 * 10**-decimals}
    lucky = {k for k in printed if k not in wrong and abs(rule[k] - right[k]) > 1e-6 * abs(right[k])}
    return wrong, lucky


# %% wrong="lucky compares printed with right" answer="audit" loses="audit"
def audit(printed, rule, right, decimals):
    wrong = {k for k in printed if abs(printed[k] - right[k]) > 0.5 * 10**-decimals}
    lucky = {k for k in printed if k not in wrong and abs(printed[k] - right[k]) > 1e-6 * abs(right[k])}
    return wrong, lucky


# %% wrong="lucky contains the wrong ones too" answer="audit" loses="audit"
def audit(printed, rule, right, decimals):
    wrong = {k for k in printed if abs(printed[k] - right[k]) > 0.5 * 10**-decimals}
    lucky = {k for k in printed if abs(rule[k] - right[k]) > 1e-6 * abs(right[k])}
    return wrong, lucky


# %% wrong="lucky: every key that is not wrong" answer="audit" loses="audit"
def audit(printed, rule, right, decimals):
    wrong = {k for k in printed if abs(printed[k] - right[k]) > 0.5 * 10**-decimals}
    lucky = {k for k in printed if k not in wrong}
    return wrong, lucky


# %% wrong="lucky needs a rule off by more than 1 %" answer="audit" loses="audit"
def audit(printed, rule, right, decimals):
    wrong = {k for k in printed if abs(printed[k] - right[k]) > 0.5 * 10**-decimals}
    lucky = {k for k in printed if k not in wrong and abs(rule[k] - right[k]) > 1e-2 * abs(right[k])}
    return wrong, lucky


# %% wrong="lucky ignores differences below half a unit" answer="audit" loses="audit"
def audit(printed, rule, right, decimals):
    wrong = {k for k in printed if abs(printed[k] - right[k]) > 0.5 * 10**-decimals}
    lucky = {k for k in printed if k not in wrong and abs(rule[k] - right[k]) > 0.5 * 10**-decimals}
    return wrong, lucky


# %% wrong="sets swapped" answer="audit" loses="audit"
def audit(printed, rule, right, decimals):
    wrong = {k for k in printed if abs(printed[k] - right[k]) > 0.5 * 10**-decimals}
    lucky = {k for k in printed if k not in wrong and abs(rule[k] - right[k]) > 1e-6 * abs(right[k])}
    return lucky, wrong


# %% wrong="relative tolerance of 5 %" answer="audit" loses="audit"
def audit(printed, rule, right, decimals):
    wrong = {k for k in printed if abs(printed[k] - right[k]) > 0.05 * abs(right[k])}
    lucky = {k for k in printed if k not in wrong and abs(rule[k] - right[k]) > 1e-6 * abs(right[k])}
    return wrong, lucky


# %% wrong="compares sizes, not signs" answer="audit" loses="audit"
def audit(printed, rule, right, decimals):
    wrong = {k for k in printed if abs(abs(printed[k]) - abs(right[k])) > 0.5 * 10**-decimals}
    lucky = {k for k in printed if k not in wrong and abs(rule[k] - right[k]) > 1e-6 * abs(right[k])}
    return wrong, lucky


# %% wrong="lucky: any difference, rounding errors too" answer="audit" loses="audit"
def audit(printed, rule, right, decimals):
    wrong = {k for k in printed if abs(printed[k] - right[k]) > 0.5 * 10**-decimals}
    lucky = {k for k in printed if k not in wrong and rule[k] != right[k]}
    return wrong, lucky


# %% right="round and compare with what is printed" answer="audit"
def audit(printed, rule, right, decimals):
    wrong = set(filter(lambda k: round(float(right[k]), decimals) != printed[k], printed))
    off = {k for k, v in rule.items() if not np.isclose(v, right[k], rtol=1e-6, atol=0)}
    return wrong, off - wrong


# %% right="by rounding" answer="audit"
def audit(printed, rule, right, decimals):
    wrong = set(filter(lambda k: round(float(right[k]), decimals) != round(float(printed[k]), decimals), printed))
    off = {k for k, v in rule.items() if not np.isclose(v, right[k], rtol=1e-6, atol=0)}
    return wrong, off - wrong


# %% right="a loop that returns lists" answer="audit"
def audit(printed, rule, right, decimals):
    wrong, lucky = [], []
    for k in printed:
        if not -0.5 <= (printed[k] - right[k]) * 10**decimals <= 0.5:
            wrong.append(k)
        elif abs(rule[k] / right[k] - 1) > 1e-6 if right[k] else rule[k] != 0:
            lucky.append(k)
    return wrong, lucky


# %% wrong="gives back what it was given" answer="backprop" loses="backprop backprop_pure"
def backprop(params, x, y, name):
    return params


# %% wrong="zeros" answer="backprop" loses="backprop backprop_mean backprop_pure"
def backprop(params, x, y, name):
    return 0.0, [(np.zeros_like(w), np.zeros_like(b)) for w, b in params]


# %% wrong="derivative at the kept output of each layer" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = zs[-1] = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="derivative at the output instead of at z" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, act(name, z))
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="no derivative in the output layer" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * (dact(name, z) if len(grads) else 1.0)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="no derivative in hidden layers" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * (1.0 if len(grads) else dact(name, z))
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="derivative of the layer below: one off" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * (dact(name, z) if z.shape != zs[0].shape else dact(name, zs[0]))
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="weights transposed where they are square" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ (w.T if w.shape[0] == w.shape[1] else w)
    return loss, grads[::-1]


# %% wrong="gradient transposed where it is square" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append(((a.T @ d if w.shape[0] == w.shape[1] else d.T @ a), d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="sum over the batch" answer="backprop" loses="backprop backprop_mean"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum(), (x - y), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="loss is a mean, gradients a sum" answer="backprop" loses="backprop backprop_mean"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="divides by N in every layer" answer="backprop" loses="backprop backprop_mean"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w / len(d)
    return loss, grads[::-1]


# %% wrong="mean over the outputs too" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).mean(), (x - y) / x.size, []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="loss without the one half" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="sign of the error" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (y - x) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="network input instead of the layer's" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ (inputs[0] if inputs[0].shape == a.shape else a), d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="layer output instead of its input where shapes allow" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ (act(name, z) if z.shape == a.shape else a), d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="bias gradient is a mean" answer="backprop" loses="backprop backprop_mean"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.mean(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="bias gradient is zero" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, 0 * d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="bias gradient keeps the batch axis" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="bias forgotten on the way forward" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + 0 * b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="gradients in backward order" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
    return loss, grads


# %% wrong="the slides' rule for hidden layers: adds weight gradients" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = np.ones_like(d) @ grads[-1][0]
    return loss, grads[::-1]


# %% wrong="absolute weights on the way back" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ abs(w)
    return loss, grads[::-1]


# %% wrong="no activation on the output layer" answer="backprop" loses="backprop"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1]) if len(zs) < len(params) else zs[-1]
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * (dact(name, z) if len(grads) else 1.0)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="updates the weights in place before sending the error back" answer="backprop" loses="backprop backprop_pure"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        w -= 0.1 * grads[-1][0]
        d = d @ w
    return loss, grads[::-1]


# %% wrong="updates the weights in place after the pass" answer="backprop" loses="backprop_pure"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
        w -= 0.1 * grads[-1][0]
        b -= 0.1 * grads[-1][1]
    return loss, grads[::-1]


# %% wrong="empties the list of parameters" answer="backprop" loses="backprop_pure"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), (x - y) / len(x), []
    for a, z in zip(inputs[::-1], zs[::-1], strict=True):
        w, b = params.pop()
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% wrong="writes the error into y" answer="backprop" loses="backprop_pure"
def backprop(params, x, y, name):
    inputs, zs = [], []
    for w, b in params:
        inputs.append(x)
        zs.append(x @ w.T + b)
        x = act(name, zs[-1])
    loss, d, grads = 0.5 * ((x - y) ** 2).sum() / len(x), x - y, []
    y -= y.mean()
    d = d / len(x)
    for (w, b), a, z in zip(params[::-1], inputs[::-1], zs[::-1], strict=True):
        d = d * dact(name, z)
        grads.append((d.T @ a, d.sum(axis=0)))
        d = d @ w
    return loss, grads[::-1]


# %% right="columns, as on the slides" answer="backprop"
def backprop(params, x, y, name):
    a, n = [x.T], x.shape[0]
    z = []
    for w, b in params:
        z.append(w @ a[-1] + b.reshape(-1, 1))
        a.append(act(name, z[-1]))
    error = a[-1] - y.T
    delta = error * dact(name, z[-1])
    out = [None] * len(params)
    for i in range(len(params) - 1, -1, -1):
        out[i] = (delta @ a[i].T / n, delta.mean(axis=1))
        if i:
            delta = params[i][0].T @ delta * dact(name, z[i - 1])
    return float(np.sum(error**2)) / (2 * n), out


# %% right="sample by sample, recursion" answer="backprop"
def backprop(params, x, y, name):
    def one(layers, a, target):
        """-> loss, gradients, derivative by a."""
        if not layers:
            return 0.5 * np.sum((a - target) ** 2), [], a - target
        (w, b), rest = layers[0], layers[1:]
        z = w @ a + b
        loss, grads, d = one(rest, act(name, z), target)
        d = d * dact(name, z)
        return loss, [(np.outer(d, a), d), *grads], w.T @ d

    results = [one(list(params), row, target) for row, target in zip(x, y, strict=True)]
    grads = [tuple(np.mean([r[1][i][j] for r in results], axis=0) for j in range(2)) for i in range(len(params))]
    return np.mean([r[0] for r in results]), grads
