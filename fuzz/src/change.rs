//! How the fuzzer changes a record: lines go, come twice or elsewhere, and values become others, of this record or odd ones.
//! Changes of single bytes alone would nearly always leave a line that is no JSON.

use crate::lines;
use serde_json::{Value, json};

/// Numbers that need not be good ones.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % n.max(1)
    }
}

/// Changes a record in place, for libFuzzer; gives the new length.
pub fn changed(data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    let mut dice = Dice(u64::from(seed) << 1 | 1);
    let mut record = lines(data.get(..size).unwrap_or_default());
    if record.is_empty() || dice.below(8) == 0 {
        return libfuzzer_sys::fuzzer_mutate(data, size, most);
    }
    for _ in 0..=dice.below(3) {
        change(&mut record, &mut dice);
    }
    let written: Vec<u8> = record.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect();
    match data.get_mut(..written.len()).filter(|_| written.len() <= most) {
        Some(place) => {
            place.copy_from_slice(&written);
            written.len()
        }
        None => libfuzzer_sys::fuzzer_mutate(data, size, most),
    }
}

fn change(record: &mut Vec<Value>, dice: &mut Dice) {
    let (at, to) = (dice.below(record.len()), dice.below(record.len()));
    match dice.below(10) {
        0 if record.len() > 1 => {
            record.remove(at);
        }
        1 => record.insert(to, record[at].clone()),
        2 => record.swap(at, to),
        3 => record.truncate(at.max(1)),
        n => {
            let from = &mut record[to];
            let donor = dice.below(count(from));
            let other = nth(from, donor).map_or(Value::Null, |value| value.clone());
            let other = if n < 7 { other } else { odd(dice) };
            let within = &mut record[at];
            let place = dice.below(count(within));
            match nth(within, place) {
                // A fact more, or one gone.
                Some(Value::Object(map)) if dice.below(2) == 0 => {
                    let name = map.keys().nth(dice.below(map.len())).cloned();
                    name.and_then(|name| map.remove(&name));
                }
                Some(Value::Array(list)) if dice.below(2) == 0 => list.push(other),
                Some(value) => *value = other,
                None => {}
            }
        }
    }
}

fn odd(dice: &mut Dice) -> Value {
    let all = [
        json!(""),
        json!("none"),
        json!("0"),
        json!("2027-02-29"),
        json!("2028-02-29T23:59:60.999Z"),
        json!("9999-12-31T23:59:59.999Z"),
        json!("0000-01-01T00:00:00.000Z"),
        json!("-9999-12-31"),
        json!("é\u{202e}\u{0}🗝"),
        json!("a".repeat(300)),
        json!(0),
        json!(1),
        json!(-1),
        json!(255),
        json!(256),
        json!(u32::MAX),
        json!(u64::MAX),
        json!(9_007_199_254_740_993_u64),
        json!(0.5),
        json!(true),
        json!([]),
        json!({}),
        json!([[], [[]]]),
        Value::Null,
    ];
    all[dice.below(all.len())].clone()
}

/// How many values are in a value, itself among them.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

/// The value at a place in the order of [`count`].
fn nth(value: &mut Value, mut n: usize) -> Option<&mut Value> {
    if n == 0 {
        return Some(value);
    }
    n -= 1;
    let within: Vec<&mut Value> = match value {
        Value::Array(list) => list.iter_mut().collect(),
        Value::Object(map) => map.values_mut().collect(),
        _ => Vec::new(),
    };
    for one in within {
        let many = count(one);
        if n < many {
            return nth(one, n);
        }
        n -= many;
    }
    None
}
