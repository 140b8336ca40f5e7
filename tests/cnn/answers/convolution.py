# %% [markdown]
# Answers to solutions/cnn/convolution.py: wrong ones must lose points, right ones must not.


# %% wrong="rounds up" answer="conv_out_size" loses="conv_out_size_fits"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    free = n + padding[0] + padding[1] - (dilation * (k - 1) + 1)
    if free < 0:
        raise ValueError(f"the kernel spans {dilation * (k - 1) + 1} pixels, the padded input has {n + padding[0] + padding[1]}")
    return -(-free // stride) + 1


# %% wrong="rounds down instead of refusing" answer="conv_out_size" loses="conv_out_size_fits"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    free = n + padding[0] + padding[1] - (dilation * (k - 1) + 1)
    if free < 0:
        raise ValueError(f"the kernel spans {dilation * (k - 1) + 1} pixels, the padded input has {n + padding[0] + padding[1]}")
    return free // stride + 1


# %% wrong="forgets the dilation" answer="conv_out_size" loses="conv_out_size"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    free = n + padding[0] + padding[1] - k
    if free < 0:
        raise ValueError(f"the kernel spans {dilation * (k - 1) + 1} pixels, the padded input has {n + padding[0] + padding[1]}")
    if free % stride:
        raise ValueError(f"stride {stride} leaves {free % stride} pixels over")
    return free // stride + 1


# %% wrong="the span is dilation times k" answer="conv_out_size" loses="conv_out_size"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    free = n + padding[0] + padding[1] - dilation * k
    if free < 0:
        raise ValueError(f"the kernel spans {dilation * (k - 1) + 1} pixels, the padded input has {n + padding[0] + padding[1]}")
    if free % stride:
        raise ValueError(f"stride {stride} leaves {free % stride} pixels over")
    return free // stride + 1


# %% wrong="twice the padding before" answer="conv_out_size" loses="conv_out_size"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    free = n + 2 * padding[0] - (dilation * (k - 1) + 1)
    if free < 0:
        raise ValueError(f"the kernel spans {dilation * (k - 1) + 1} pixels, the padded input has {n + padding[0] + padding[1]}")
    if free % stride:
        raise ValueError(f"stride {stride} leaves {free % stride} pixels over")
    return free // stride + 1


# %% wrong="padding on one side only" answer="conv_out_size" loses="conv_out_size"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    free = n + padding[0] - (dilation * (k - 1) + 1)
    if free < 0:
        raise ValueError(f"the kernel spans {dilation * (k - 1) + 1} pixels, the padded input has {n + padding[0] + padding[1]}")
    if free % stride:
        raise ValueError(f"stride {stride} leaves {free % stride} pixels over")
    return free // stride + 1


# %% wrong="the first place is not counted" answer="conv_out_size" loses="conv_out_size"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    free = n + padding[0] + padding[1] - (dilation * (k - 1) + 1)
    if free < 0:
        raise ValueError(f"the kernel spans {dilation * (k - 1) + 1} pixels, the padded input has {n + padding[0] + padding[1]}")
    if free % stride:
        raise ValueError(f"stride {stride} leaves {free % stride} pixels over")
    return free // stride


# %% wrong="the stride is forgotten in the size" answer="conv_out_size" loses="conv_out_size"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    free = n + padding[0] + padding[1] - (dilation * (k - 1) + 1)
    if free < 0:
        raise ValueError(f"the kernel spans {dilation * (k - 1) + 1} pixels, the padded input has {n + padding[0] + padding[1]}")
    if free % stride:
        raise ValueError(f"stride {stride} leaves {free % stride} pixels over")
    return free + 1


# %% wrong="a kernel too wide gives no error" answer="conv_out_size" loses="conv_out_size_fits"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    free = n + padding[0] + padding[1] - (dilation * (k - 1) + 1)
    if free % stride:
        raise ValueError(f"stride {stride} leaves {free % stride} pixels over")
    return free // stride + 1


# %% wrong="refuses a kernel that just fits" answer="conv_out_size" loses="conv_out_size"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    free = n + padding[0] + padding[1] - (dilation * (k - 1) + 1)
    if free <= 0:
        raise ValueError(f"the kernel spans {dilation * (k - 1) + 1} pixels, the padded input has {n + padding[0] + padding[1]}")
    if free % stride:
        raise ValueError(f"stride {stride} leaves {free % stride} pixels over")
    return free // stride + 1


# %% wrong="stride must divide the input, not the way" answer="conv_out_size"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    free = n + padding[0] + padding[1] - (dilation * (k - 1) + 1)
    if free < 0:
        raise ValueError(f"the kernel spans {dilation * (k - 1) + 1} pixels, the padded input has {n + padding[0] + padding[1]}")
    if (n + padding[0] + padding[1]) % stride:
        raise ValueError(f"stride {stride} leaves {free % stride} pixels over")
    return free // stride + 1


# %% wrong="compares the taps, not the span, with the input" answer="conv_out_size" loses="conv_out_size_fits"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    free = n + padding[0] + padding[1] - (dilation * (k - 1) + 1)
    if k > n + padding[0] + padding[1]:
        raise ValueError(f"the kernel spans {dilation * (k - 1) + 1} pixels, the padded input has {n + padding[0] + padding[1]}")
    if free % stride:
        raise ValueError(f"stride {stride} leaves {free % stride} pixels over")
    return free // stride + 1


# %% wrong="compares the span with the input before padding" answer="conv_out_size"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    free = n + padding[0] + padding[1] - (dilation * (k - 1) + 1)
    if dilation * (k - 1) + 1 > n:
        raise ValueError(f"the kernel spans {dilation * (k - 1) + 1} pixels, the padded input has {n + padding[0] + padding[1]}")
    if free % stride:
        raise ValueError(f"stride {stride} leaves {free % stride} pixels over")
    return free // stride + 1


# %% wrong="another error" answer="conv_out_size" loses="conv_out_size_fits"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    free = n + padding[0] + padding[1] - (dilation * (k - 1) + 1)
    if free < 0:
        raise IndexError(f"the kernel spans {dilation * (k - 1) + 1} pixels, the padded input has {n + padding[0] + padding[1]}")
    if free % stride:
        raise IndexError(f"stride {stride} leaves {free % stride} pixels over")
    return free // stride + 1


# %% right="counts the places" answer="conv_out_size"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    width, reach = n + sum(padding), dilation * (k - 1)
    starts = [s for s in range(0, width, stride) if s + reach < width]
    if not starts or starts[-1] + reach + 1 != width:
        raise ValueError("does not fit")
    return len(starts)


# %% right="divmod" answer="conv_out_size"
def conv_out_size(n, k, stride=1, padding=(0, 0), dilation=1):
    before, after = padding
    steps, rest = divmod(before + n + after - 1 - (k - 1) * dilation, stride)
    if steps < 0 or rest:
        raise ValueError(f"{rest} pixels over")
    return 1 + steps


# %% wrong="half the kernel on both sides" answer="same_padding"
def same_padding(k, dilation=1):
    return k // 2 * dilation, k // 2 * dilation


# %% wrong="one less, halved, on both sides" answer="same_padding"
def same_padding(k, dilation=1):
    return (k - 1) // 2 * dilation, (k - 1) // 2 * dilation


# %% wrong="forgets the dilation" answer="same_padding"
def same_padding(k, dilation=1):
    total = k - 1
    return total // 2, total - total // 2


# %% wrong="the extra zero before" answer="same_padding"
def same_padding(k, dilation=1):
    total = dilation * (k - 1)
    return total - total // 2, total // 2


# %% wrong="halves before the dilation" answer="same_padding"
def same_padding(k, dilation=1):
    before = (k - 1) // 2
    return before * dilation, (k - 1 - before) * dilation


# %% wrong="dilation times k" answer="same_padding"
def same_padding(k, dilation=1):
    total = dilation * k - 1
    return total // 2, total - total // 2


# %% wrong="all zeros before" answer="same_padding"
def same_padding(k, dilation=1):
    total = dilation * (k - 1)
    return total, 0


# %% wrong="all zeros after" answer="same_padding"
def same_padding(k, dilation=1):
    total = dilation * (k - 1)
    return 0, total


# %% wrong="halves that are not whole" answer="same_padding"
def same_padding(k, dilation=1):
    total = dilation * (k - 1)
    return total / 2, total / 2


# %% right="ceil by negation" answer="same_padding"
def same_padding(k, dilation=1):
    total = (k - 1) * dilation
    return [total // 2, -(-total // 2)]


# %% right="counts zeros one by one" answer="same_padding"
def same_padding(k, dilation=1):
    pair = [0, 0]
    for i in range(dilation * (k - 1)):
        pair[1 - i % 2] += 1
    return tuple(pair)


# %% wrong="a bias for each tap" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    if c_in % groups or c_out % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    return c_out * (c_in // groups + int(bias)) * kernel[0] * kernel[1]


# %% wrong="a bias for each channel that a filter sees" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    if c_in % groups or c_out % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    return c_out * (kernel[0] * kernel[1] + int(bias)) * (c_in // groups)


# %% wrong="one bias for the layer" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    if c_in % groups or c_out % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    return c_out * c_in // groups * kernel[0] * kernel[1] + int(bias)


# %% wrong="always a bias" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    if c_in % groups or c_out % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    return c_out * (c_in // groups * kernel[0] * kernel[1] + 1)


# %% wrong="never a bias" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    if c_in % groups or c_out % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    return c_out * (c_in // groups * kernel[0] * kernel[1])


# %% wrong="forgets the groups" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    if c_in % groups or c_out % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    return c_out * (c_in * kernel[0] * kernel[1] + int(bias))


# %% wrong="divides by the groups twice" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    if c_in % groups or c_out % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    return c_out // groups * (c_in // groups * kernel[0] * kernel[1] + int(bias))


# %% wrong="multiplies by the groups" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    if c_in % groups or c_out % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    return c_out * (c_in * groups * kernel[0] * kernel[1] + int(bias))


# %% wrong="square kernel" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    if c_in % groups or c_out % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    return c_out * (c_in // groups * kernel[0] * kernel[0] + int(bias))


# %% wrong="one channel for each filter" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    if c_in % groups or c_out % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    return c_out * (kernel[0] * kernel[1] + int(bias))


# %% wrong="does not look at c_out" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    if c_in % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    return c_out * (c_in // groups * kernel[0] * kernel[1] + int(bias))


# %% wrong="does not look at c_in" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    if c_out % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    return c_out * (c_in // groups * kernel[0] * kernel[1] + int(bias))


# %% wrong="adds the sides of the kernel" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    if c_in % groups or c_out % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    return c_out * (c_in // groups * (kernel[0] + kernel[1]) + int(bias))


# %% wrong="refuses only if the groups divide neither" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    if c_in % groups and c_out % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    return c_out * (c_in // groups * kernel[0] * kernel[1] + int(bias))


# %% right="counts the entries of an array" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    (filters, rest), (channels, more) = divmod(c_out, groups), divmod(c_in, groups)
    if rest or more:
        raise ValueError("groups")
    return np.empty((groups, filters, channels, *kernel)).size + (c_out if bias else 0)


# %% right="group by group" answer="conv_params"
def conv_params(c_in, c_out, kernel, groups=1, bias=True):
    for channels in (c_in, c_out):
        if channels != channels // groups * groups:
            raise ValueError("groups")
    height, width = kernel
    one = (c_in // groups) * (c_out // groups) * height * width
    return sum(one for _ in range(groups)) + c_out * bias


# %% wrong="the constant of the plane instead of the sum" answer="gaussian_kernel" loses="gaussian_kernel"
def gaussian_kernel(n, sigma):
    down, right = np.broadcast_to(sigma, 2)
    if n < 1 or not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel / (2 * np.pi * down * right)


# %% wrong="not divided" answer="gaussian_kernel" loses="gaussian_kernel"
def gaussian_kernel(n, sigma):
    down, right = np.broadcast_to(sigma, 2)
    if n < 1 or not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel


# %% wrong="1 in the centre" answer="gaussian_kernel" loses="gaussian_kernel"
def gaussian_kernel(n, sigma):
    down, right = np.broadcast_to(sigma, 2)
    if n < 1 or not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel / kernel.max()


# %% wrong="sum of squares 1" answer="gaussian_kernel" loses="gaussian_kernel"
def gaussian_kernel(n, sigma):
    down, right = np.broadcast_to(sigma, 2)
    if n < 1 or not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel / np.sqrt((kernel**2).sum())


# %% wrong="each row has the sum 1" answer="gaussian_kernel" loses="gaussian_kernel"
def gaussian_kernel(n, sigma):
    down, right = np.broadcast_to(sigma, 2)
    if n < 1 or not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel / kernel.sum(axis=1, keepdims=True)


# %% wrong="sigma is not squared" answer="gaussian_kernel" loses="gaussian_kernel"
def gaussian_kernel(n, sigma):
    down, right = np.broadcast_to(sigma, 2)
    if n < 1 or not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down)), np.exp(-squares / (2 * right)))
    return kernel / kernel.sum()


# %% wrong="the 2 is forgotten" answer="gaussian_kernel" loses="gaussian_kernel"
def gaussian_kernel(n, sigma):
    down, right = np.broadcast_to(sigma, 2)
    if n < 1 or not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (down**2)), np.exp(-squares / (right**2)))
    return kernel / kernel.sum()


# %% wrong="centre off by a half for even n" answer="gaussian_kernel" loses="gaussian_kernel"
def gaussian_kernel(n, sigma):
    down, right = np.broadcast_to(sigma, 2)
    if n < 1 or not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - n // 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel / kernel.sum()


# %% wrong="centre off by a half for odd n" answer="gaussian_kernel" loses="gaussian_kernel"
def gaussian_kernel(n, sigma):
    down, right = np.broadcast_to(sigma, 2)
    if n < 1 or not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - n / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel / kernel.sum()


# %% wrong="distance, not its square" answer="gaussian_kernel" loses="gaussian_kernel"
def gaussian_kernel(n, sigma):
    down, right = np.broadcast_to(sigma, 2)
    if n < 1 or not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = np.abs(np.arange(n) - (n - 1) / 2)  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel / kernel.sum()


# %% wrong="sigmas exchanged" answer="gaussian_kernel" loses="gaussian_kernel_pair"
def gaussian_kernel(n, sigma):
    right, down = np.broadcast_to(sigma, 2)
    if n < 1 or not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel / kernel.sum()


# %% wrong="the second sigma alone" answer="gaussian_kernel" loses="gaussian_kernel_pair"
def gaussian_kernel(n, sigma):
    down = right = np.broadcast_to(sigma, 2)[1]
    if n < 1 or not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel / kernel.sum()


# %% wrong="the mean of both sigmas" answer="gaussian_kernel" loses="gaussian_kernel_pair"
def gaussian_kernel(n, sigma):
    down = right = np.mean(sigma)
    if n < 1 or not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel / kernel.sum()


# %% wrong="any sigma" answer="gaussian_kernel" loses="gaussian_kernel_pair"
def gaussian_kernel(n, sigma):
    down, right = np.broadcast_to(sigma, 2)
    if n < 1:
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel / kernel.sum()


# %% wrong="any n" answer="gaussian_kernel" loses="gaussian_kernel_pair"
def gaussian_kernel(n, sigma):
    down, right = np.broadcast_to(sigma, 2)
    if not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel / kernel.sum()


# %% wrong="looks at the first sigma only" answer="gaussian_kernel" loses="gaussian_kernel_pair"
def gaussian_kernel(n, sigma):
    down, right = np.broadcast_to(sigma, 2)
    if n < 1 or not down > 0:
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel / kernel.sum()


# %% wrong="refuses only if both are bad" answer="gaussian_kernel" loses="gaussian_kernel_pair"
def gaussian_kernel(n, sigma):
    down, right = np.broadcast_to(sigma, 2)
    if n < 1 or not (down > 0 or right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return kernel / kernel.sum()


# %% wrong="rounded to four decimals" answer="gaussian_kernel" loses="gaussian_kernel"
def gaussian_kernel(n, sigma):
    down, right = np.broadcast_to(sigma, 2)
    if n < 1 or not (down > 0 and right > 0):
        raise ValueError(f"n must be >= 1 and sigma > 0, got {n} and {sigma}")
    squares = (np.arange(n) - (n - 1) / 2) ** 2  # (n,)
    kernel = np.outer(np.exp(-squares / (2 * down**2)), np.exp(-squares / (2 * right**2)))
    return np.round(kernel / kernel.sum(), 4)


# %% wrong="binomial numbers look alike" answer="gaussian_kernel"
def gaussian_kernel(n, sigma):
    row = np.ones(1)
    for _ in range(n - 1):
        row = np.convolve(row, [0.5, 0.5])
    return np.outer(row, row)


# %% right="a grid of two coordinates, lists" answer="gaussian_kernel"
def gaussian_kernel(n, sigma):
    pair = (sigma, sigma) if np.ndim(sigma) == 0 else tuple(sigma)
    if n < 1 or min(pair) <= 0:
        raise ValueError("n and sigma must be positive")
    rows, columns = np.mgrid[:n, :n] - (n - 1) / 2
    raw = np.exp(-0.5 * ((rows / pair[0]) ** 2 + (columns / pair[1]) ** 2))
    return (raw / raw.sum()).tolist()


# %% right="two normalised vectors" answer="gaussian_kernel"
def gaussian_kernel(n, sigma):
    def taps(s):
        if not s > 0 or n < 1:
            raise ValueError("positive, please")
        e = np.exp(-np.linspace((1 - n) / 2, (n - 1) / 2, n) ** 2 / 2 / s**2)
        return e / e.sum()
    down, right = (sigma if isinstance(sigma, (tuple, list, np.ndarray)) else (sigma, sigma))
    return taps(down)[:, None] * taps(right)


# %% wrong="flips the kernel" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[-1 - p, -1 - q]
    return out


# %% wrong="flips the rows of the kernel" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[-1 - p, q]
    return out


# %% wrong="pads after the convolution" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = x
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return np.pad(out, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))


# %% wrong="padding exchanged" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[1],) * 2, (padding[0],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return out


# %% wrong="padding before only" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0], 0), (padding[1], 0), (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return out


# %% wrong="repeats the border instead of zeros" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)), mode="edge")
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return out


# %% wrong="no padding" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (0, 0), (0, 0), (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return out


# %% wrong="the stride of rows on both axes" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[0] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[0] * v : stride[0]] @ w[p, q]
    return out


# %% wrong="stride on the rows only" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // 1 + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + v] @ w[p, q]
    return out


# %% wrong="strides exchanged" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[1] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[0] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[1] * u : stride[1], q : q + stride[0] * v : stride[0]] @ w[p, q]
    return out


# %% wrong="as many columns as rows" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = u
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return out


# %% wrong="loops H x H: a square kernel" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[0], w.shape[0]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return out


# %% wrong="height of the kernel for both sizes" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[0]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return out


# %% wrong="no bias" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3]))
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return out


# %% wrong="a bias for each tap" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3]))
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return out


# %% wrong="input and output channels exchanged" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q].T
    return out


# %% wrong="the same kernel for all input channels" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ np.broadcast_to(w[p, q].mean(axis=0), w[p, q].shape)
    return out


# %% wrong="rounds the size up" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0], padding[0] + stride[0]), (padding[1], padding[1] + stride[1]), (0, 0)))[:, : x.shape[1] + 2 * padding[0] + stride[0]]
    u = -(-(padded.shape[1] - w.shape[0]) // stride[0]) + 1
    v = -(-(padded.shape[2] - w.shape[1]) // stride[1]) + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return out


# %% wrong="the last place is missing" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0]
    v = (padded.shape[2] - w.shape[1]) // stride[1]
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return out


# %% wrong="the first picture for all" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:1, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return out


# %% wrong="the stride multiplies the taps: that is dilation" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p * stride[0] : p * stride[0] + u, q * stride[1] : q * stride[1] + v] @ w[p, q]
    return out


# %% wrong="channels first" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return out.transpose(0, 3, 1, 2)


# %% wrong="mean over the taps" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    return (out - b) / w[..., 0].size + b


# %% wrong="empties the picture" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    u = (padded.shape[1] - w.shape[0]) // stride[0] + 1
    v = (padded.shape[2] - w.shape[1]) // stride[1] + 1
    out = np.zeros((len(x), u, v, w.shape[3])) + b
    for p, q in np.ndindex(w.shape[:2]):
        out += padded[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]] @ w[p, q]
    x *= 0
    return out


# %% right="windows and einsum" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    (p, q), (s, t) = padding, stride
    view = np.lib.stride_tricks.sliding_window_view(np.pad(x, ((0, 0), (p, p), (q, q), (0, 0))), w.shape[:2], axis=(1, 2))
    return np.einsum("nuvcpq,pqck->nuvk", view[:, ::s, ::t], w) + b


# %% right="place by place, with lists" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    p, q, c, k = w.shape
    big = np.zeros((x.shape[0], x.shape[1] + 2 * padding[0], x.shape[2] + 2 * padding[1], c))
    big[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]] = x
    rows = []
    for top in range(0, big.shape[1] - p + 1, stride[0]):
        rows.append([big[:, top : top + p, left : left + q].reshape(len(x), -1) @ w.reshape(-1, k) + b for left in range(0, big.shape[2] - q + 1, stride[1])])
    return np.array(rows).transpose(2, 0, 1, 3)


# %% right="computes every place and throws away" answer="conv2d_forward"
def conv2d_forward(x, w, b, stride=(1, 1), padding=(0, 0)):
    x = np.pad(x, [(0, 0)] + [(v, v) for v in padding] + [(0, 0)])
    u, v = x.shape[1] - w.shape[0] + 1, x.shape[2] - w.shape[1] + 1
    total = b
    for p in range(w.shape[0]):
        for q in range(w.shape[1]):
            total = total + np.tensordot(x[:, p : p + u, q : q + v], w[p, q], axes=1)
    return total[:, :: stride[0], :: stride[1]]


# %% wrong="dx with the kernel flipped once more" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[-1 - p, -1 - q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="dw flipped" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[-1 - p, -1 - q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="overlapping patches overwrite each other" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] = dout @ w[p, q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="dx still padded" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="cuts the padding off at the end only" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, : x.shape[1], : x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="[p:-p] with p = 0" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[0] : -padding[0], padding[1] : -padding[1]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="db over samples only" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.sum(axis=0)


# %% wrong="db is a mean over places" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.mean(axis=(1, 2)).sum(axis=0)


# %% wrong="dw is a mean over samples" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw / len(x), dout.sum(axis=(0, 1, 2))


# %% wrong="dw is a mean over places" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw / (u * v), dout.sum(axis=(0, 1, 2))


# %% wrong="stride forgotten" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + u, q : q + v]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="strides exchanged" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[1] * u : stride[1], q : q + stride[0] * v : stride[0]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="padding exchanged" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[1],) * 2, (padding[0],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[1] : padding[1] + x.shape[1], padding[0] : padding[0] + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="dw of the first picture" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part][:1], dout[:1])
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="a square kernel" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[0], w.shape[0]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="dw without the padding" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    padded[:, : padding[0]] = 1
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="dx only where pixels were read" answer="conv2d_backward" loses="conv2d_backward_rest"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dpadded = dpadded[:, : (u - 1) * stride[0] + w.shape[0], : (v - 1) * stride[1] + w.shape[1]]
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="dx and dw exchanged" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dw, dx, dout.sum(axis=(0, 1, 2))


# %% wrong="dx shared by all pictures" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += (dout @ w[p, q].T).sum(axis=0)
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="filters not transposed" answer="conv2d_backward" loses="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q]
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="dx has a leftover pixel pulled in" answer="conv2d_backward" loses="conv2d_backward_rest"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dpadded[:, (u - 1) * stride[0] + w.shape[0] :] = dpadded[:, :1]
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="scales dout in place" answer="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    dout *= 1 + 1e-3
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% wrong="empties w afterwards" answer="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    u, v = dout.shape[1:3]
    for p, q in np.ndindex(w.shape[:2]):
        part = np.s_[:, p : p + stride[0] * u : stride[0], q : q + stride[1] * v : stride[1]]
        dw[p, q] = np.einsum("nuvc,nuvk->ck", padded[part], dout)
        dpadded[part] += dout @ w[p, q].T
    dx = dpadded[:, padding[0] : padding[0] + x.shape[1], padding[1] : padding[1] + x.shape[2]]
    w *= 0
    return dx, dw, dout.sum(axis=(0, 1, 2))


# %% right="turned kernels over dout with zeros between" answer="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    (n, h, j, c), (p, q, _, k), (s, t) = x.shape, w.shape, stride
    big = np.zeros((n, h + 2 * padding[0] + p - 1, j + 2 * padding[1] + q - 1, k))
    u, v = dout.shape[1:3]
    big[:, p - 1 : p - 1 + s * u : s, q - 1 : q - 1 + t * v : t] = dout
    see = np.lib.stride_tricks.sliding_window_view(big, (p, q), axis=(1, 2))
    dx = np.einsum("nhjkpq,pqck->nhjc", see, w[::-1, ::-1])[:, padding[0] : padding[0] + h, padding[1] : padding[1] + j]
    padded = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)))
    view = np.lib.stride_tricks.sliding_window_view(padded, (p, q), axis=(1, 2))[:, ::s, ::t]
    return dx, np.einsum("nuvcpq,nuvk->pqck", view, dout), dout.reshape(-1, k).sum(axis=0)


# %% right="place by place" answer="conv2d_backward"
def conv2d_backward(dout, x, w, stride=(1, 1), padding=(0, 0)):
    a, e = padding
    padded = np.pad(x, ((0, 0), (a, a), (e, e), (0, 0)))
    dpadded, dw, db = padded * 0, w * 0, 0
    for u in range(dout.shape[1]):
        for v in range(dout.shape[2]):
            here = (slice(None), slice(u * stride[0], u * stride[0] + w.shape[0]), slice(v * stride[1], v * stride[1] + w.shape[1]))
            dpadded[here] += np.einsum("nk,pqck->npqc", dout[:, u, v], w)
            dw += np.einsum("npqc,nk->pqck", padded[here], dout[:, u, v])
            db = db + dout[:, u, v].sum(axis=0)
    height, width = padded.shape[1:3]
    return dpadded[:, a : height - a, e : width - e], dw, db


# %% wrong="looks ahead: zeros behind" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    steps = x.shape[1]
    padded = np.pad(x, ((0, 0), (0, (len(w) - 1) * dilation), (0, 0)))
    return b + sum(padded[:, p * dilation : p * dilation + steps] @ w[p] for p in range(len(w)))


# %% wrong="centred, as for pictures" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    steps = x.shape[1]
    padded = np.pad(x, ((0, 0), ((len(w) - 1) * dilation // 2, (len(w) - 1) * dilation - (len(w) - 1) * dilation // 2), (0, 0)))
    return b + sum(padded[:, p * dilation : p * dilation + steps] @ w[p] for p in range(len(w)))


# %% wrong="the first tap meets the present" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    steps = x.shape[1]
    padded = np.pad(x, ((0, 0), ((len(w) - 1) * dilation, 0), (0, 0)))
    return b + sum(padded[:, p * dilation : p * dilation + steps] @ w[-1 - p] for p in range(len(w)))


# %% wrong="dilation ignored" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    steps = x.shape[1]
    padded = np.pad(x, ((0, 0), ((len(w) - 1), 0), (0, 0)))
    return b + sum(padded[:, p : p + steps] @ w[p] for p in range(len(w)))


# %% wrong="dilation in the taps, not in the padding" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    steps = x.shape[1]
    padded = np.pad(x, ((0, 0), (len(w) - 1, (len(w) - 1) * dilation), (0, 0)))
    return b + sum(padded[:, p * dilation : p * dilation + steps] @ w[p] for p in range(len(w)))


# %% wrong="no bias" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    steps = x.shape[1]
    padded = np.pad(x, ((0, 0), ((len(w) - 1) * dilation, 0), (0, 0)))
    return sum(padded[:, p * dilation : p * dilation + steps] @ w[p] for p in range(len(w)))


# %% wrong="bias for each tap" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    steps = x.shape[1]
    padded = np.pad(x, ((0, 0), ((len(w) - 1) * dilation, 0), (0, 0)))
    return sum(b + padded[:, p * dilation : p * dilation + steps] @ w[p] for p in range(len(w)))


# %% wrong="shrinks" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    steps = x.shape[1]
    padded = np.pad(x, ((0, 0), ((len(w) - 1) * dilation, 0), (0, 0)))
    return (b + sum(padded[:, p * dilation : p * dilation + steps] @ w[p] for p in range(len(w))))[:, (len(w) - 1) * dilation :]


# %% wrong="too long" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    steps = x.shape[1] + len(w) - 1
    padded = np.pad(x, ((0, 0), ((len(w) - 1) * dilation, len(w) - 1), (0, 0)))
    return b + sum(padded[:, p * dilation : p * dilation + steps] @ w[p] for p in range(len(w)))


# %% wrong="the present is not seen" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    steps = x.shape[1]
    padded = np.pad(x, ((0, 0), ((len(w) - 1) * dilation + 1, 0), (0, 0)))
    return b + sum(padded[:, p * dilation : p * dilation + steps] @ w[p] for p in range(len(w)))


# %% wrong="wraps around" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    return b + sum(np.roll(x, (len(w) - 1 - p) * dilation, axis=1) @ w[p] for p in range(len(w)))


# %% wrong="fails if the taps reach beyond the series" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    out = np.zeros((*x.shape[:2], w.shape[2])) + b
    for p in range(len(w)):
        back = (len(w) - 1 - p) * dilation
        out[:, back:] += x[:, : x.shape[1] - back] @ w[p]
    return out


# %% wrong="repeats the first value" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    steps = x.shape[1]
    padded = np.pad(x, ((0, 0), ((len(w) - 1) * dilation, 0), (0, 0)), mode="edge")
    return b + sum(padded[:, p * dilation : p * dilation + steps] @ w[p] for p in range(len(w)))


# %% wrong="the first channel only" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    steps = x.shape[1]
    padded = np.pad(x, ((0, 0), ((len(w) - 1) * dilation, 0), (0, 0)))
    return b + sum(padded[:, p * dilation : p * dilation + steps, :1] @ w[p][:1] for p in range(len(w)))


# %% wrong="taps averaged" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    steps = x.shape[1]
    padded = np.pad(x, ((0, 0), ((len(w) - 1) * dilation, 0), (0, 0)))
    return b + 1 / len(w) * sum(padded[:, p * dilation : p * dilation + steps] @ w[p] for p in range(len(w)))


# %% right="time after time" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    out = np.tile(np.asarray(b, dtype=float), (*x.shape[:2], 1))
    for t in range(x.shape[1]):
        for p in range(w.shape[0]):
            then = t - (w.shape[0] - 1 - p) * dilation
            if then >= 0:
                out[:, t] += x[:, then] @ w[p]
    return out


# %% right="shifted copies" answer="causal_conv"
def causal_conv(x, w, b, dilation=1):
    out = x @ w[-1] + b
    for i, tap in enumerate(w[-2::-1], start=1):
        back = i * dilation
        if back < x.shape[1]:
            out[:, back:] += x[:, :-back] @ tap
    return out
