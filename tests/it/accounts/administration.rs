//! Making, closing and granting.

use diesel::prelude::*;
use huiyin::features::accounts::Accounts;
use huiyin::platform::auth::caller::StaffId;
use huiyin::rules::commands::Command;
use huiyin::rules::vocabulary::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::desk::{Desk, account};

fn id_of(account: &Value) -> StaffId {
    serde_json::from_value(account["id"].clone()).unwrap()
}

#[actix_web::test]
async fn grants_and_closing_take_effect_at_once() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    let (account, session) = desk.staff(&root, "zhang.wei", "hotline-centre", json!([])).await;
    assert_eq!(desk.me(&session).await.expect(200)["operations"], json!([]));
    let grant = json!({"role": "dispatcher", "department": "government-office"});
    let account = desk.act(&root, &account, "grants", grant.clone()).await.expect(200);
    let me = desk.me(&session).await.expect(200);
    assert_eq!(me["grants"], json!([grant]));
    assert!(me["operations"].as_array().unwrap().contains(&json!("dispatch_ticket")));
    assert_eq!(desk.act(&root, &account, "grants", grant).await.refused(409), "already_granted");
    let path = format!(
        "/v1/staff-accounts/{}/grants/{}",
        account["id"].as_str().unwrap(),
        account["grants"][0]["id"].as_str().unwrap()
    );
    let revoke = || desk.ask(Method::DELETE, &path).by(&root);
    assert_eq!(revoke().send().await.refused(428), "precondition_required");
    let account = revoke().if_match(&account["version"]).send().await.expect(200);
    assert_eq!(desk.me(&session).await.expect(200)["grants"], json!([]));
    let closed = desk.act(&root, &account, "actions/disable", json!({})).await.expect(200);
    assert_eq!(closed["is_enabled"], false);
    assert_eq!(desk.me(&session).await.refused(401), "unauthenticated");
    assert_eq!(desk.refresh(&session).await.refused(401), "session_ended");
    let code = desk.act(&root, &closed, "actions/issue-activation-code", json!({})).await;
    assert_eq!(code.refused(409), "account_disabled");
    desk.act(&root, &closed, "actions/enable", json!({})).await.expect(200);
    assert_eq!(desk.me(&session).await.refused(401), "unauthenticated");
    desk.login("zhang.wei", super::desk::PASSWORD).await.expect(200);
}

#[actix_web::test]
async fn an_administrator_holds_no_other_role_and_grants_themselves_nothing() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    let me = desk.me(&root).await.expect(200);
    let own = json!({"id": me["id"], "version": 2});
    assert_eq!(desk.act(&root, &own, "grants", json!({"role": "intake"})).await.refused(403), "own_account");
    assert_eq!(desk.act(&root, &own, "actions/disable", json!({})).await.refused(403), "own_account");
    let both = json!([{"role": "system_administrator"}, {"role": "reviewer"}]);
    let made = desk.post("/v1/staff-accounts", &account("li.na", "hotline-centre", both)).by(&root);
    assert_eq!(made.send().await.refused(409), "incompatible_roles");
    let colleague =
        desk.made(&root, "li.na", "hotline-centre", json!([{"role": "system_administrator"}])).await;
    let granted = desk.act(&root, &colleague["account"], "grants", json!({"role": "reviewer"})).await;
    assert_eq!(granted.refused(409), "incompatible_roles");
    let worker = desk.made(&root, "chen.jie", "hotline-centre", json!([{"role": "reviewer"}])).await;
    let granted =
        desk.act(&root, &worker["account"], "grants", json!({"role": "system_administrator"})).await;
    assert_eq!(granted.refused(409), "incompatible_roles");
}

#[actix_web::test]
async fn the_database_itself_keeps_roles_apart() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    let worker = desk.made(&root, "chen.jie", "hotline-centre", json!([{"role": "reviewer"}])).await;
    desk.approve_all(&worker["account"]).await;
    let mut conn = desk.database().connect();
    let id = worker["account"]["id"].as_str().unwrap();
    for statement in [
        format!(
            "INSERT INTO staff_grant (id, staff_id, role, granted_at)
             VALUES (gen_random_uuid(), '{id}', 'system_administrator', now())"
        ),
        format!(
            "INSERT INTO staff_grant (id, staff_id, role, granted_by, granted_at)
             VALUES (gen_random_uuid(), '{id}', 'editor', '{id}', now())"
        ),
        format!("UPDATE staff SET is_administrator = true WHERE id = '{id}'"),
    ] {
        assert!(diesel::sql_query(&statement).execute(&mut conn).is_err(), "{statement}");
    }
}

#[actix_web::test]
async fn only_a_system_administrator_administers_accounts() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    let others = Role::ALL.iter().filter(|role| **role != Role::SystemAdministrator);
    let grants: Vec<Value> = others.map(|role| json!({"role": role})).collect();
    let (account, session) = desk.staff(&root, "zhang.wei", "hotline-centre", json!(grants)).await;
    assert_eq!(desk.get("/v1/staff-accounts").by(&session).send().await.refused(403), "forbidden");
    let path = format!("/v1/staff-accounts/{}", account["id"].as_str().unwrap());
    assert_eq!(desk.get(&path).by(&session).send().await.refused(403), "forbidden");
    for (action, body) in [
        ("actions/disable", json!({})),
        ("actions/enable", json!({})),
        ("actions/issue-activation-code", json!({})),
        ("grants", json!({"role": "intake"})),
    ] {
        assert_eq!(desk.act(&session, &account, action, body).await.refused(403), "forbidden", "{action}");
    }
}

#[actix_web::test]
async fn a_limited_administrator_sees_and_grants_in_the_subtree_only() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    let limited = json!([{"role": "system_administrator", "department": "government-office"}]);
    let (_, local) = desk.staff(&root, "li.na", "government-office", limited).await;
    let inside = desk.made(&local, "zhang.wei", "hotline-centre", json!([])).await["account"].clone();
    let outside = desk.made(&root, "chen.jie", "city-government", json!([])).await["account"].clone();
    let page = desk.get("/v1/staff-accounts").by(&local).send().await.expect(200);
    let names: Vec<_> = page["data"].as_array().unwrap().iter().map(|row| row["username"].clone()).collect();
    assert_eq!(names, ["li.na", "zhang.wei"]);
    let path = format!("/v1/staff-accounts/{}", outside["id"].as_str().unwrap());
    assert_eq!(desk.get(&path).by(&local).send().await.refused(404), "not_found");
    assert_eq!(desk.act(&local, &outside, "actions/disable", json!({})).await.refused(404), "not_found");
    assert_eq!(
        desk.act(&local, &inside, "grants", json!({"role": "intake"})).await.refused(403),
        "forbidden"
    );
    let within = json!({"role": "handler", "department": "hotline-centre"});
    desk.act(&local, &inside, "grants", within).await.expect(200);
}

#[actix_web::test]
async fn a_limited_administrator_takes_over_no_account_that_reaches_farther() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    let limited = json!([{"role": "system_administrator", "department": "government-office"}]);
    let (_, local) = desk.staff(&root, "li.na", "government-office", limited).await;
    // The first waits for a second administrator, and reaches as far already.
    let forms = [
        json!([{"role": "supervisor"}]),
        json!([{"role": "handler", "department": "city-government"}]),
        json!([{"role": "handler", "department": "hotline-centre"}, {"role": "dispatcher"}]),
    ];
    for (place, grants) in forms.into_iter().enumerate() {
        let made = desk.made(&root, &format!("wide.{place}"), "hotline-centre", grants).await;
        let account = &made["account"];
        for action in ["actions/issue-activation-code", "actions/disable", "actions/enable"] {
            let refused = desk.act(&local, account, action, json!({})).await.refused(403);
            assert_eq!(refused, "forbidden", "{action} of {account}");
        }
        let grants = account["grants"].as_array().unwrap();
        for wide in grants.iter().filter(|grant| grant["department"] != "hotline-centre") {
            let (account_id, grant) = (account["id"].as_str().unwrap(), wide["id"].as_str().unwrap());
            let path = format!("/v1/staff-accounts/{account_id}/grants/{grant}");
            let revoke = desk.ask(Method::DELETE, &path).by(&local).if_match(&account["version"]);
            assert_eq!(revoke.send().await.refused(403), "forbidden");
        }
        assert_eq!(grants.is_empty(), place == 0, "{account}");
    }
    let narrow = json!([{"role": "handler", "department": "hotline-centre"}]);
    let made = desk.made(&root, "narrow.one", "hotline-centre", narrow).await;
    desk.act(&local, &made["account"], "actions/disable", json!({})).await.expect(200);
}

#[actix_web::test]
async fn accounts_are_listed_in_pages() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    for username in ["zhang.wei", "chen.jie", "li.na"] {
        desk.made(&root, username, "hotline-centre", json!([{"role": "handler"}])).await;
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/staff-accounts?limit=3&cursor={cursor}");
        let page = desk.get(&path).by(&root).send().await.expect(200);
        seen.extend(page["data"].as_array().unwrap().iter().map(|row| row["username"].clone()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, ["chen.jie", "li.na", "root.wang", "zhang.wei"]);
    let refused = desk.get("/v1/staff-accounts?cursor=AAAA").by(&root).send().await;
    assert_eq!(refused.refused(400), "invalid_query");
}

#[actix_web::test]
async fn a_stale_version_is_refused_and_a_repeated_request_is_answered_as_before() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    let body = account("zhang.wei", "hotline-centre", json!([]));
    let make = || desk.post("/v1/staff-accounts", &body).by(&root).header("Idempotency-Key", "k1");
    let first = make().send().await;
    assert_eq!(first.etag.as_deref(), Some("\"v1\""));
    let again = make().send().await;
    assert!(!first.replayed && again.replayed);
    let made = first.expect(201);
    assert_eq!(made, again.expect(201));
    let taken = desk.post("/v1/staff-accounts", &body).by(&root).send().await;
    assert_eq!(taken.refused(409), "username_taken");
    let stale = json!({"id": made["account"]["id"], "version": 7});
    let refused = desk.act(&root, &stale, "actions/disable", json!({})).await;
    assert_eq!(refused.refused(412), "precondition_failed");
}

#[actix_web::test]
async fn bad_input_is_told_where_it_is() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    for (name, value, pointer) in [
        ("username", json!("张伟"), "/username"),
        ("mail", json!("nowhere"), "/mail"),
        ("department", json!("no-such-bureau"), "/department"),
        ("display_name", json!("a\nb"), "/display_name"),
        ("locale", json!("fr"), "/locale"),
        ("grants", json!([{"role": "king"}]), "/grants/0/role"),
        ("grants", json!([{"role": "intake", "department": "no-such-bureau"}]), "/grants/0/department"),
    ] {
        let mut body = account("zhang.wei", "hotline-centre", json!([]));
        body[name] = value;
        let problem = desk.post("/v1/staff-accounts", &body).by(&root).send().await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
}

#[actix_web::test]
async fn the_nearest_holders_of_a_role_are_told() {
    let desk = Desk::open().await;
    let root = desk.administrator().await;
    let lead = |department: &str| json!([{"role": "department_lead", "department": department}]);
    let near = desk.made(&root, "zhang.wei", "hotline-centre", lead("hotline-centre")).await;
    let above = desk.made(&root, "li.na", "government-office", lead("government-office")).await;
    let everywhere = json!([{"role": "supervisor"}]);
    let supervisor = desk.made(&root, "chen.jie", "government-office", everywhere).await;
    desk.approve_all(&supervisor["account"]).await;
    let (mut conn, departments) = (desk.database().connect(), desk.departments());
    let mut told = |role, department: &str| -> Vec<StaffId> {
        let contacts = desk.accounts().recipients(&mut conn, role, Some(departments(department))).unwrap();
        contacts.into_iter().map(|contact| contact.id).collect()
    };
    assert_eq!(told(Role::DepartmentLead, "hotline-centre"), [id_of(&near["account"])]);
    assert_eq!(told(Role::DepartmentLead, "website-centre"), [id_of(&above["account"])]);
    assert_eq!(told(Role::DepartmentLead, "city-government"), []);
    assert_eq!(told(Role::Supervisor, "city-government"), [id_of(&supervisor["account"])]);
    desk.act(&root, &near["account"], "actions/disable", json!({})).await.expect(200);
    assert_eq!(told(Role::DepartmentLead, "hotline-centre"), [id_of(&above["account"])]);
    let may = |who: &Value, department: &str| {
        let (id, department) = (id_of(&who["account"]), departments(department));
        let (mut conn, directory) = (desk.database().connect(), desk.directory());
        let powers = Accounts::powers(&mut conn, &directory, &[id]).unwrap();
        powers.may_in(id, Command::Sign, department)
    };
    assert!(may(&above, "hotline-centre"));
    assert!(!may(&above, "city-government"));
    assert!(!may(&near, "hotline-centre"));
}
