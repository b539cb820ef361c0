//! A spelled value of each kind, and what is none.

use super::Submitter;
use super::numbers::*;
use super::persons::*;
use super::spellings::{Half, Random, Value, spelled};

fn own(kind: &str, half: Half, random: &mut Random) -> Value {
    let mut submitter = Submitter::default();
    let text = match kind {
        "own_name" => {
            let name = plain_name(random);
            let double = SURNAMES.iter().any(|s| s.chars().count() == 2 && name.starts_with(*s));
            let surname: String = name.chars().take(if double { 2 } else { 1 }).collect();
            let spaced: Vec<String> = name.chars().map(String::from).collect();
            let shapes = [
                name.clone(),
                spaced.join(" "),
                format!("{surname}先生"),
                spaced.join("　"),
                spaced.join("·"),
                format!("{surname}女士"),
                crate::rules::texts::traditional(&name),
                spaced.join("\u{200b}"),
                format!("{surname} 先生"),
                spaced.join("-"),
                format!("{surname}小姐"),
                spaced.join("."),
            ];
            submitter.name = Some(name);
            let shapes: Vec<&str> = shapes.iter().map(String::as_str).collect();
            let minority = [
                ("阿布都热西提·买买提", "阿布都热西提•买买提"),
                ("古丽·阿依木", "古丽・阿依木"),
                ("扎西·次仁", "扎西‧次仁"),
                ("阿布都热西提·买买提", "阿布都热西提"),
            ];
            if random.below(4) == 0 {
                let (own, spelled) = random.one(&half.of(&minority));
                submitter.name = Some(own.to_owned());
                spelled.to_owned()
            } else {
                random.one(&half.of(&shapes)).to_owned()
            }
        }
        "own_phone" => {
            let digits = mobile_digits(random);
            submitter.phone = Some(digits.clone());
            let groupings: &[&[usize]] =
                &[&[3, 4, 4], &[2; 6], &[3, 8], &[1; 11], &[4, 4, 3], &[3, 2, 2, 2, 2], &[5, 6], &[4, 7]];
            spelled(half, &digits, groupings, random)
        }
        _ => {
            submitter.address = Some("云溪市望河区工农路12号金水湾3号楼2单元501室".to_owned());
            random
                .one(&half.of(&[
                    "工农路12号金水湾3号楼2单元501室",
                    "金水湾3号楼2单元501",
                    "⼯农路12号⾦⽔湾3号楼",
                    "3号楼2单元501室",
                    "工农路 12号 金水湾 3号楼",
                    "工农路１２号",
                    "望河区工农路十二号金水湾三号楼二单元五〇一室",
                    "金水湾３号楼２单元",
                    "工农路12号，金水湾3号楼，2单元，501室",
                    "工农路12号金水湾",
                ]))
                .to_owned()
        }
    };
    Value { must: text.clone(), text, submitter: Some(submitter) }
}

/// A value of a kind, spelled in one of the ways of a half.
pub fn value(kind: &str, half: Half, random: &mut Random) -> Value {
    let whole = |text: String| Value { must: text.clone(), text, submitter: None };
    let part = |(text, must): (String, String)| Value { text, must, submitter: None };
    match kind {
        "mobile" => whole(mobile(half, random)),
        "identity" => whole(identity(half, random)),
        "bank" => whole(bank(half, random)),
        "mail" => whole(mail(half, random)),
        "plate" => whole(plate(half, random)),
        "document" => whole(document(half, random)),
        "messenger" => whole(messenger(half, random)),
        "address" => part(address(half, random)),
        "birth" => part(birth(half, random)),
        "name" => whole(name(half, random)),
        "name_sex" => {
            let name = plain_name(random);
            let frame =
                random.one(&half.of(&["{}，男，", "{}（女，", "{},男,", "{}、女、", "{} 男 ", "{}，女，"]));
            Value { text: frame.replace("{}", &name), must: name, submitter: None }
        }
        "landline" => whole(landline(half, random)),
        own_kind => own(own_kind, half, random),
    }
}

/// The number of an office, as offices write it.
pub fn official_number(random: &mut Random) -> String {
    let local = format!("{}{}", random.one(&["2", "3", "8"]), random.digits(6));
    match random.below(7) {
        0 => format!("0914-{local}"),
        1 => local,
        2 => format!("（0914）{local}"),
        3 => random.one(&["12345", "110", "12333", "12329", "96118", "95598", "12315"]).to_owned(),
        4 => format!("400-{}-{}", random.digits(3), random.digits(4)),
        5 => format!("029-8{}", random.digits(7)),
        _ => format!("0914-{}-{}", &local[..3], &local[3..]),
    }
}

/// A letter of harmless sentences.
pub fn ordinary_letter(random: &mut Random, sentences: &[&str]) -> String {
    (0..4 + random.below(8)).map(|_| random.one(sentences)).collect()
}
