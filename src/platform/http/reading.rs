//! Reads a value into a type and tells everything that is wrong with it, not only what is found first.
//!
//! A type stops at its first fault. So the fault is noted, something that the type takes is put in the place of what was
//! wrong or missing, and the value is read again: until nothing new comes up, or nothing that fits can be found.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::fault::{Fault, Step, Wanted, Way, Wrong};
use super::strict::{Strict, Written};

/// More faults than this are not told.
const MOST_FAULTS: usize = 50;

/// How many bytes are read again at most for the sake of further faults, all rounds together.
const MOST_BYTES_AGAIN: usize = 4 << 20;

/// How often a value is read at most, however small it is.
const MOST_ROUNDS: usize = 400;

/// Texts that some type takes, one after the other.
const TEXTS: &[&str] = &[
    "x",
    "1",
    "2026-01-05",
    "2026-01-05T00:00:00Z",
    "09:00",
    "00000000-0000-4000-8000-000000000000",
    "somebody@example.org",
    "13800000000",
    "somebody",
    "0000000000000000000000000000000000000000000000000000000000000000",
];

/// Numbers that some type takes.
const NUMBERS: &[i64] = &[1, 10, 0, 100, 2026];

/// Reads a value that took `bytes` to write.
pub(super) fn read<T: DeserializeOwned>(
    mut value: Value,
    written: Written,
    bytes: usize,
) -> Result<T, Vec<Fault>> {
    let mut repair = Repair { written, faults: Vec::new(), stand_ins: Vec::new() };
    let rounds = (MOST_BYTES_AGAIN / bytes.max(1)).clamp(4, MOST_ROUNDS);
    for _ in 0..rounds {
        let fault = match T::deserialize(Strict::new(&value, written)) {
            Ok(read) if repair.faults.is_empty() => return Ok(read),
            Ok(_) => break,
            Err(fault) => fault,
        };
        if !repair.step_over(&mut value, fault) || repair.faults.len() >= MOST_FAULTS {
            break;
        }
    }
    Err(repair.faults)
}

/// What was found wrong so far, and what was put in its place.
struct Repair {
    written: Written,
    faults: Vec<Fault>,
    stand_ins: Vec<StandIn>,
}

/// Something in the place of what was wrong.
struct StandIn {
    way: Way,
    tried: usize,
}

impl Repair {
    /// Notes a fault and mends the value. Tells whether it could.
    fn step_over(&mut self, value: &mut Value, fault: Fault) -> bool {
        let way = fault.way();
        let within = self.stand_ins.iter().rposition(|stand_in| way.starts_with(&stand_in.way));
        let is_our_own = within.is_some();
        let is_mended = match (&fault.wrong, within) {
            (Wrong::Unknown(_), _) => remove(value, &way),
            (Wrong::Missing(_), _) | (_, None) => self.replace(value, way, &fault.wrong),
            (wrong, Some(number)) => self.try_next(value, number, wrong),
        };
        if !is_our_own {
            self.faults.push(fault);
        }
        is_mended
    }

    /// Puts a first stand-in in this place. Nothing stands in for the whole.
    fn replace(&mut self, value: &mut Value, way: Way, wrong: &Wrong) -> bool {
        // What a type that parses wants is told by its next refusal; an optional one takes nothing.
        let is_told = !matches!(wrong, Wrong::Said(_));
        let first = self.fitting(wrong, 0).filter(|_| is_told).unwrap_or_else(|| self.written.nothing());
        let is_put = !way.is_empty() && put(value, &way, first);
        self.stand_ins.push(StandIn { way, tried: 0 });
        is_put
    }

    fn try_next(&mut self, value: &mut Value, number: usize, wrong: &Wrong) -> bool {
        let Some(stand_in) = self.stand_ins.get_mut(number) else { return false };
        let (way, tried) = (stand_in.way.clone(), stand_in.tried);
        stand_in.tried += 1;
        self.fitting(wrong, tried).is_some_and(|next| put(value, &way, next))
    }

    /// Something that may do where this was wrong: the `tried`-th of its sort.
    fn fitting(&self, wrong: &Wrong, tried: usize) -> Option<Value> {
        let is_early = tried <= 2;
        match wrong {
            Wrong::Word(known) => known.first().filter(|_| is_early).map(|word| json!(word)),
            Wrong::Type(Wanted::Object) => Some(json!({})).filter(|_| is_early),
            Wrong::Type(Wanted::List) => Some(json!([])).filter(|_| is_early),
            Wrong::Type(Wanted::Boolean) => Some(self.written.of(json!(true))).filter(|_| is_early),
            Wrong::Type(Wanted::WholeNumber | Wanted::Number) | Wrong::Beyond(..) => {
                NUMBERS.get(tried).map(|number| self.written.of(json!(number)))
            }
            Wrong::Type(Wanted::Text) | Wrong::Said(_) => TEXTS.get(tried).map(|text| json!(text)),
            Wrong::Type(Wanted::Nothing) => Some(self.written.nothing()).filter(|_| is_early),
            Wrong::Missing(_) | Wrong::Unknown(_) | Wrong::Twice(_) | Wrong::Odd => None,
        }
    }
}

impl Written {
    /// What stands for nothing at all.
    fn nothing(self) -> Value {
        match self {
            Written::Json => Value::Null,
            Written::Query => json!(""),
        }
    }

    fn of(self, value: Value) -> Value {
        match self {
            Written::Json => value,
            Written::Query => json!(value.to_string()),
        }
    }
}

fn remove(value: &mut Value, way: &[Step]) -> bool {
    let Some((Step::Member(name), above)) = way.split_last() else { return false };
    let members = find(value, above).and_then(Value::as_object_mut);
    members.is_some_and(|members| members.remove(name).is_some())
}

fn put(value: &mut Value, way: &[Step], new: Value) -> bool {
    let Some((last, above)) = way.split_last() else { return false };
    match (last, find(value, above)) {
        (Step::Member(name), Some(Value::Object(members))) => {
            members.insert(name.clone(), new);
            true
        }
        (Step::Item(number), Some(Value::Array(items))) => {
            items.get_mut(*number).map(|item| *item = new).is_some()
        }
        _ => false,
    }
}

fn find<'a>(value: &'a mut Value, way: &[Step]) -> Option<&'a mut Value> {
    way.iter().try_fold(value, |value, step| match step {
        Step::Member(name) => value.as_object_mut()?.get_mut(name),
        Step::Item(number) => value.as_array_mut()?.get_mut(*number),
    })
}
