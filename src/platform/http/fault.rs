//! What is wrong with one value of a request, where, and in whose words: never those of the program's own types.

use std::fmt;

use serde::de::{Expected, Unexpected};

use super::problem::Sentence;
use super::wording;
use crate::rules::texts::Argument;

/// A step on the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Into the member of this name.
    Member(String),
    /// Into the item of this number.
    Item(usize),
}

/// The way to a value.
pub(super) type Way = Vec<Step>;

/// What a value should have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Text,
    WholeNumber,
    Number,
    Boolean,
    List,
    Object,
    Nothing,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wrong {
    /// A member that must be there is not.
    Missing(&'static str),
    /// A member that nobody knows, and those that are known.
    Unknown(&'static [&'static str]),
    /// A member that stands twice.
    Twice(String),
    /// A word that is none of these.
    Word(&'static [&'static str]),
    /// A value of another type.
    Type(Wanted),
    /// A number beyond these bounds.
    Beyond(i128, i128),
    /// What a type that parses says.
    Said(String),
    /// Nothing that could be told.
    Odd,
}

/// What is wrong, and where. The way is kept backwards while the error travels up, see [`Fault::way`].
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    backwards: Way,
    /// What is wrong.
    pub(super) wrong: Wrong,
}

impl Fault {
    /// At the value that is being read.
    pub(super) fn new(wrong: Wrong) -> Fault {
        Fault { backwards: Vec::new(), wrong }
    }

    /// At the end of this way.
    pub(super) fn at(way: &[Step], wrong: Wrong) -> Fault {
        Fault { backwards: way.iter().rev().cloned().collect(), wrong }
    }

    /// Seen from one level further up.
    pub(super) fn within(mut self, step: Step) -> Fault {
        self.backwards.push(step);
        self
    }

    /// The way to the value at fault, from the top; that of a missing member leads to where it should be.
    pub(super) fn way(&self) -> Way {
        let mut way: Way = self.backwards.iter().rev().cloned().collect();
        if let Wrong::Missing(name) = self.wrong {
            way.push(Step::Member(name.to_owned()));
        }
        way
    }

    /// The code and the sentence.
    pub(super) fn told(&self) -> (&'static str, Sentence) {
        match &self.wrong {
            Wrong::Missing(name) => ("missing_field", named("field-missing_field", name)),
            Wrong::Twice(name) => ("duplicate_field", named("field-duplicate_field", name)),
            Wrong::Unknown([]) => ("unknown_field", Sentence::new("field-unknown_field")),
            Wrong::Unknown(known) => ("unknown_field", of_these("field-unknown_field-expected", known)),
            Wrong::Word(known) => ("unknown_value", of_these("field-unknown_value-expected", known)),
            Wrong::Type(wanted) => ("invalid_type", Sentence::new(wanted.key())),
            // Nobody needs the bounds of 64 bits.
            Wrong::Beyond(_, most) if *most > i128::from(u32::MAX) => {
                ("out_of_range", Sentence::new("field-out_of_range"))
            }
            Wrong::Beyond(least, most) => {
                let sentence = Sentence::new("field-out_of_range-between");
                ("out_of_range", sentence.with("least", least.to_string()).with("most", most.to_string()))
            }
            Wrong::Said(said) => wording::of(said),
            Wrong::Odd => ("invalid_value", Sentence::new("field-invalid_value")),
        }
    }
}

impl Wanted {
    const fn key(self) -> &'static str {
        match self {
            Wanted::Text => "field-invalid_type-text",
            Wanted::WholeNumber => "field-invalid_type-whole_number",
            Wanted::Number => "field-invalid_type-number",
            Wanted::Boolean => "field-invalid_type-boolean",
            Wanted::List => "field-invalid_type-list",
            Wanted::Object => "field-invalid_type-object",
            Wanted::Nothing => "field-invalid_type-nothing",
        }
    }
}

fn named(key: &'static str, name: &str) -> Sentence {
    Sentence::new(key).with("name", name.to_owned())
}

fn of_these(key: &'static str, known: &[&str]) -> Sentence {
    let known = known.iter().map(|word| Argument::Text((*word).to_owned())).collect();
    Sentence::new(key).with("expected", Argument::List(known))
}

/// The JSON pointer to the end of a way (RFC 6901).
pub(super) fn pointer(way: &[Step]) -> String {
    let token = |step: &Step| match step {
        Step::Member(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
        Step::Item(number) => format!("/{number}"),
    };
    way.iter().map(token).collect()
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&pointer(&self.way()))
    }
}

impl std::error::Error for Fault {}

/// What visitors expect is told in Rust's words, so it is left out.
impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(said: T) -> Fault {
        Fault::new(Wrong::Said(said.to_string()))
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Fault {
        Fault::new(Wrong::Odd)
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Fault {
        Fault::new(Wrong::Odd)
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Fault {
        Fault::new(Wrong::Odd)
    }

    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Fault {
        Fault::new(Wrong::Word(known))
    }

    fn unknown_field(_: &str, known: &'static [&'static str]) -> Fault {
        Fault::new(Wrong::Unknown(known))
    }

    fn missing_field(name: &'static str) -> Fault {
        Fault::new(Wrong::Missing(name))
    }
}
