"""The answer key of same_in_torch."""

import numpy as np

from coursekit.grading.key import Holds, Slip, check

WRITES = ["same_in_torch"]
READY_MADE = []
NEEDS = ["torch"]
SECONDS = 30.0
STEPS = 40


def same_path(kind, settings, w, gradients, rates):
    def test(answer):
        if answer["name"] is None:
            return f"of {kind}({settings}) there is an equal in PyTorch, None came"
        gap = np.abs(answer["keras"] - answer["torch"]).max()
        return bool(gap <= 1e-3) or (
            f"of {kind}({settings}) the paths of both are {gap:.3g} apart after {len(rates)} steps"
        )

    return Holds(test)


def none_and_why(kind, settings, w, gradients, rates):
    def test(answer):
        if answer["name"] is not None:
            gap = np.abs(answer["keras"] - answer["torch"]).max()
            return (
                f"of {kind}({settings}) PyTorch has no equal when the learning rate drops; "
                f"{answer['name']} is {gap:.3g} apart"
            )
        return len(answer["reason"]) > 10 or "None has to come with its reason, a sentence"

    return Holds(test)


def away_from_zero(rng, least, size):
    x = rng.normal(size=size)
    return (x + least * np.sign(x)).astype("float32")


def draw(rng, kind, **settings):
    return {
        "kind": kind,
        "settings": settings,
        "w": away_from_zero(rng, 2, 3),  # large enough that a decay of 0.01 shows
        "gradients": away_from_zero(rng, 0.3, (STEPS, 3)),  # and that the place of ε does not
        "rates": np.float32(
            [settings["learning_rate"]] * 20 + [settings["learning_rate"] / 10] * 20
        ),
    }


ERRORS = [
    Slip(
        "class_in_the_place_of_its_name",
        'The name of the class is wanted, a string such as "SGD", not the class itself.',
        error=r"attribute name must be string",
    ),
    Slip(
        "tensor_handed_on",
        "A number is handed on as a tensor of TensorFlow, which PyTorch cannot use: make a Python number of "
        "it, float(keras_optimizer.learning_rate).",
        error=r"must be (?:Number|Tensor), not|EagerTensor|KerasVariable|tensorflow",
    ),
    Slip(
        "not_a_class_of_torch",
        "The name is none of torch.optim, or the keyword arguments are not those of the class: lr, "
        "betas, eps, alpha, momentum, weight_decay.",
        error=r"torch.optim.* has no attribute|has no attribute '(?!get_config)\w+'|unexpected keyword",
    ),
    Slip(
        "decay_of_none",
        "Keras's weight_decay is None where there is none: make 0 of it before you compute with it "
        "or hand it on.",
        error=r"not supported between .*NoneType|unsupported operand.*NoneType|float\(\) argument.*NoneType",
    ),
    Slip(
        "not_a_pair",
        "Two things were wanted: the name of a class and a dictionary, or None and a sentence.",
        error=r"unpack|must be a mapping",
    ),
]
NEVER = Slip(
    "never_an_equal",
    "None comes although PyTorch has an equal (another place of so small an ε does not count): "
    "return its name and its arguments.",
    shows=lambda inputs, answer, wanted: answer["name"] is None,
)
OF_ITS_KIND = {
    "SGD": ("SGD",),
    "RMSprop": ("RMSprop",),
    "Adam": ("Adam", "AdamW"),
    "AdamW": ("Adam", "AdamW"),
}
ANOTHER_CLASS = Slip(
    "another_class",
    "That class is another algorithm: take the one of the same formula, SGD, RMSprop, Adam or "
    "AdamW.",
    shows=lambda inputs, answer, wanted: (
        answer["name"] is not None and answer["name"] not in OF_ITS_KIND[inputs["kind"]]
    ),
)
TORCHS_DECAY = 0.01  # of an AdamW of which nothing is said
ANOTHER_DECAY = Slip(
    "decay_changed",
    "The weight decay is handed on as another number, multiplied by the learning rate perhaps: PyTorch does "
    "that itself, as Keras does. Hand it on as it is.",
    shows=lambda inputs, answer, wanted: (
        answer["name"] in ("SGD", "AdamW")
        and answer["decay"] not in (0, TORCHS_DECAY)
        and not np.isclose(answer["decay"], inputs["settings"]["weight_decay"])
    ),
)
BETAS = Slip(
    "betas_not_handed_on",
    "β₁ and β₂ are left at PyTorch's defaults, or changed or exchanged on the way: hand both on as they "
    "are, betas=(beta_1, beta_2).",
    shows=lambda inputs, answer, wanted: (
        answer["name"] in ("Adam", "AdamW")
        and not np.allclose(
            answer["betas"], [inputs["settings"][each] for each in ("beta_1", "beta_2")]
        )
    ),
)
OWN_DECAY = Slip(
    "default_decay",
    "PyTorch's AdamW has a weight decay of 0.01 if nothing is said: hand on Keras's, also where it is 0.",
    shows=lambda inputs, answer, wanted: (
        answer["name"] == "AdamW" and np.isclose(answer["decay"], TORCHS_DECAY)
    ),
)
RATE = Slip(
    "learning_rate_not_handed_on",
    "The learning rate is left at PyTorch's default, or changed on the way: hand on "
    "lr=float(keras_optimizer.learning_rate).",
    shows=lambda inputs, answer, wanted: (
        answer["name"] is not None
        and not np.isclose(answer["rate"], inputs["settings"]["learning_rate"])
    ),
)


@check(
    "finds the equal of plain SGD",
    wanted=same_path,
    slips=[NEVER, ANOTHER_CLASS, RATE, *ERRORS],
    question="paths",
)
def plain(rng):
    yield draw(rng, "SGD", learning_rate=0.1)


@check(
    "finds the equal of plain SGD with weight decay: without momentum both decays are one",
    wanted=same_path,
    slips=[
        NEVER,
        ANOTHER_CLASS,
        RATE,
        ANOTHER_DECAY,
        Slip(
            "decay_forgotten",
            "The weight decay is not handed on: add weight_decay to the arguments.",
            shows=lambda inputs, answer, wanted: answer["name"] == "SGD" and not answer["decay"],
        ),
        *ERRORS,
    ],
    question="paths",
)
def plain_with_decay(rng):
    yield draw(rng, "SGD", learning_rate=0.1, weight_decay=0.2)


@check(
    "finds the equal of Adam, and of AdamW whose weight decay is 0",
    wanted=same_path,
    slips=[
        NEVER,
        ANOTHER_CLASS,
        BETAS,
        OWN_DECAY,
        RATE,
        *ERRORS,
    ],
    question="paths",
)
def adam(rng):
    yield draw(rng, "Adam", learning_rate=0.01, beta_1=0.7, beta_2=0.9)
    yield draw(rng, "AdamW", learning_rate=0.01, weight_decay=0.0, beta_1=0.7, beta_2=0.9)


@check(
    "finds the equal of Adam and AdamW with weight decay, which in Keras is decoupled",
    wanted=same_path,
    slips=[
        NEVER,
        ANOTHER_CLASS,
        RATE,
        Slip(
            "adam_with_coupled_decay",
            "PyTorch's Adam puts the weight decay into the gradient, where it is divided by "
            '√v; in Keras\'s Adam and AdamW it is decoupled: return "AdamW".',
            shows=lambda inputs, answer, wanted: answer["name"] == "Adam" and answer["decay"] > 0,
        ),
        Slip(
            "decay_forgotten",
            "The weight decay is forgotten. With one, the equal of Keras's Adam and of its AdamW "
            "is PyTorch's AdamW with this weight_decay. (isinstance(…, keras.optimizers.Adam) is "
            "true of an AdamW, too.)",
            shows=lambda inputs, answer, wanted: (
                answer["name"] in ("Adam", "AdamW") and not answer["decay"]
            ),
        ),
        ANOTHER_DECAY,
        OWN_DECAY,
        BETAS,
        *ERRORS,
    ],
    question="paths",
)
def adam_with_decay(rng):
    for kind in ("Adam", "AdamW"):
        yield draw(rng, kind, learning_rate=0.02, weight_decay=2.0, beta_1=0.6, beta_2=0.95)


@check(
    "finds the equal of RMSprop",
    wanted=same_path,
    slips=[
        NEVER,
        ANOTHER_CLASS,
        Slip(
            "rho_not_handed_on",
            "PyTorch calls ρ alpha, and takes 0.99 if nothing is said: hand on alpha=rho.",
            shows=lambda inputs, answer, wanted: np.isclose(answer["alpha"], 0.99),
        ),
        Slip(
            "rho_changed",
            "alpha is ρ itself: hand on Keras's rho as it is, neither 1 − rho nor another number.",
            shows=lambda inputs, answer, wanted: (
                answer["name"] == "RMSprop"
                and not np.isclose(
                    answer["alpha"], [inputs["settings"].get("rho", 0.9), 0.99]
                ).any()
            ),
        ),
        RATE,
        *ERRORS,
    ],
    question="paths",
)
def rmsprop(rng):
    # 0.01 is PyTorch's default
    yield draw(rng, "RMSprop", learning_rate=0.02, rho=0.8)
    yield draw(rng, "RMSprop", learning_rate=0.02)


@check(
    "knows that momentum has no equal when the learning rate drops, and says why",
    wanted=none_and_why,
    slips=[
        Slip(
            "reason_missing",
            "None has to come with its reason: return None, and a sentence.",
            shows=lambda inputs, answer, wanted: answer["name"] is None,
        ),
        Slip(
            "momentum_taken_for_equal",
            "With a constant learning rate both momenta walk one path; when it drops, Keras's "
            "velocity still holds the old rate, PyTorch's does not. Return None and a sentence "
            "that says so.",
            shows=lambda inputs, answer, wanted: answer["name"] == "SGD",
        ),
        *ERRORS,
    ],
    question="paths",
)
def momentum(rng):
    yield draw(rng, "SGD", learning_rate=0.1, momentum=0.9)
    yield draw(rng, "SGD", learning_rate=0.1, momentum=0.9, nesterov=True)


@check(
    "knows that RMSprop's weight decay has no equal",
    wanted=none_and_why,
    slips=[
        Slip(
            "reason_missing",
            "None has to come with its reason: return None, and a sentence.",
            shows=lambda inputs, answer, wanted: answer["name"] is None,
        ),
        Slip(
            "coupled_decay_taken_for_equal",
            "PyTorch's RMSprop puts the weight decay into the gradient, where it is divided by the "
            "root; Keras's is decoupled. Return None and a sentence that says so.",
            shows=lambda inputs, answer, wanted: answer["name"] == "RMSprop",
        ),
        *ERRORS,
    ],
    question="paths",
)
def rmsprop_with_decay(rng):
    yield draw(rng, "RMSprop", learning_rate=0.01, weight_decay=2.0)
