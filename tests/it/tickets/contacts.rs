//! One person has one contact, however it is written.

use diesel::prelude::*;
use huiyin::features::tickets::Submitter;
use huiyin::platform::db::schema::{submitter, ticket};
use huiyin::rules::check_digits::identity_check_character;
use serde_json::json;

use crate::support::app::problem;
use crate::support::city::{City, heating_letter};

/// The blind indexes of a letter's phone and mail.
type Indexes = (Option<Vec<u8>>, Option<Vec<u8>>);

fn indexes(city: &City, reference: &str) -> Indexes {
    submitter::table
        .inner_join(ticket::table.on(ticket::id.eq(submitter::ticket_id)))
        .filter(ticket::reference.eq(reference))
        .select((submitter::phone_index, submitter::mail_index))
        .first(&mut city.app.database.connect())
        .unwrap()
}

async fn letter_from(city: &City, who: serde_json::Value) -> String {
    let mut letter = heating_letter();
    letter["submitter"] = who;
    city.submit(&letter).await.reference
}

#[tokio::test]
async fn one_telephone_number_has_one_index_and_an_extension_another() {
    let city = City::open().await;
    let plain = letter_from(&city, json!({"phone": "13800000042"})).await;
    for spelling in [
        "+86 138 0000 0042",
        "86-138-0000-0042",
        "0086 13800000042",
        "（+86）138-0000-0042",
        "１３８０００００042",
    ] {
        let other = letter_from(&city, json!({"phone": spelling})).await;
        assert_eq!(indexes(&city, &other), indexes(&city, &plain), "{spelling}");
    }
    let office = letter_from(&city, json!({"phone": "010-12345678"})).await;
    let extension = letter_from(&city, json!({"phone": "010-12345678-801"})).await;
    let same_extension = letter_from(&city, json!({"phone": "+86 10 1234 5678 转 801"})).await;
    assert_ne!(indexes(&city, &office), indexes(&city, &extension));
    assert_eq!(indexes(&city, &same_extension), indexes(&city, &extension));
}

#[tokio::test]
async fn stored_contacts_are_brought_to_the_normal_form_once() {
    let city = City::open().await;
    let new = letter_from(&city, json!({"phone": "13800000042", "mail": "li@example.com"})).await;
    let old = letter_from(&city, json!({"phone": "13800000043", "mail": "wang@example.com"})).await;
    let (state, conn) = (&city.app.state, &mut city.app.database.connect());
    let id: uuid::Uuid = ticket::table
        .filter(ticket::reference.eq(&old))
        .select(ticket::id)
        .first::<huiyin::features::tickets::TicketId>(conn)
        .unwrap()
        .0;
    let before = Submitter {
        phone: Some("+8613800000042".into()),
        mail: Some("li@example.com".into()),
        name: Some("李".into()),
        ..Submitter::default()
    };
    let sealed = state.sealer.seal(&serde_json::to_vec(&before).unwrap(), id.as_bytes()).unwrap();
    diesel::update(submitter::table.filter(submitter::ticket_id.eq(huiyin::features::tickets::TicketId(id))))
        .set((
            submitter::sealed.eq(sealed),
            submitter::phone_index.eq(state.sealer.blind_index("phone", "+8613800000042").to_vec()),
        ))
        .execute(conn)
        .unwrap();
    assert_ne!(indexes(&city, &old).0, indexes(&city, &new).0);
    let (mut looked_at, mut changed, mut after) = (0, 0, None);
    loop {
        let batch = state.tickets.renew_contacts(after).await.unwrap();
        (looked_at, changed, after) = (looked_at + batch.looked_at, changed + batch.changed, batch.last);
        assert_eq!(batch.unreadable, 0);
        if after.is_none() {
            break;
        }
    }
    assert_eq!((looked_at, changed), (2, 1));
    assert_eq!(indexes(&city, &old), indexes(&city, &new));
    assert_eq!(state.tickets.renew_contacts(None).await.unwrap().changed, 0);
}

#[tokio::test]
async fn one_citizen_in_eleven_has_an_identity_number_that_ends_in_x() {
    let city = City::open().await;
    let numbers = (0..40).map(|serial| {
        let digits = format!("11010519900307{serial:03}");
        format!("{digits}{}", identity_check_character(&digits).unwrap())
    });
    let with_x: Vec<String> = numbers.filter(|number| number.ends_with('X')).collect();
    assert!(!with_x.is_empty());
    for number in with_x {
        for spelling in [
            number.clone(),
            number.to_lowercase(),
            number.replace('X', "Ｘ"),
            format!("{} {} {}", &number[..6], &number[6..14], &number[14..]),
        ] {
            letter_from(&city, json!({"identity_number": spelling})).await;
        }
    }
}

#[tokio::test]
async fn a_mail_address_that_nobody_can_write_to_is_refused_before_the_receipt() {
    let city = City::open().await;
    for address in [
        ".a@example.com",
        "a.@example.com",
        "a..b@example.com",
        "a@example",
        "a@example-.com",
        "a@[127.0.0.1]",
        "a@example.1",
    ] {
        let mut letter = heating_letter();
        letter["submitter"] = json!({"mail": address});
        let refused = problem(city.app.post_once("/v1/tickets", &letter)).await;
        assert!(refused.names("/submitter/mail", "mail_malformed"), "{address}: {:?}", refused.document);
    }
}

#[tokio::test]
async fn letters_that_nobody_can_see_are_empty_and_lines_that_turn_are_refused() {
    let city = City::open().await;
    let cases = [
        ("/title", "\u{200d}\u{200b}", "text_empty"),
        ("/body", "\u{ad}\u{2060}\n\u{3164}", "text_empty"),
        ("/body", "\u{2800}\u{fe0f}", "text_empty"),
        ("/title", "退款\u{202e}元00", "text_control_character"),
        ("/title", "路灯\u{2066}不亮", "text_control_character"),
    ];
    for (pointer, value, code) in cases {
        let mut letter = heating_letter();
        letter[pointer.trim_start_matches('/')] = json!(value);
        let refused = problem(city.app.post_once("/v1/tickets", &letter)).await;
        assert_eq!(refused.status, 422, "{value:?}");
        assert!(refused.names(pointer, code), "{value:?}: {:?}", refused.document);
    }
    let mut letter = heating_letter();
    letter["submitter"] = json!({"name": "李\u{202e}明"});
    let refused = problem(city.app.post_once("/v1/tickets", &letter)).await;
    assert!(refused.names("/submitter/name", "text_control_character"), "{:?}", refused.document);
}
