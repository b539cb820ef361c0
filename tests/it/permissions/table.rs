//! Every endpoint of staff: what it needs, and a request that gets as far as the permission.

use huiyin::rules::commands::Command;
use huiyin::rules::permissions::CityOperation::{self, *};
use huiyin::rules::permissions::Operation::{self, *};
use huiyin::rules::permissions::Permission;
use huiyin::rules::vocabulary::Role;

use Need::{City, Give, To};

/// What an endpoint needs.
#[derive(Clone, Copy)]
pub enum Need {
    /// To be allowed to do this.
    To(Operation),
    /// To be allowed to do this in the whole city.
    City(CityOperation),
    /// To be allowed to give this command.
    Give(Command),
}

impl Need {
    /// Whether a role is enough.
    pub fn is_met_by(self, role: Role) -> bool {
        match self {
            To(operation) => operation.roles().contains(&role),
            City(operation) => operation.roles().contains(&role),
            Give(command) => command.roles().contains(&role),
        }
    }
}

/// An endpoint of staff.
pub struct Endpoint {
    /// The method.
    pub method: &'static str,
    /// The path as the specification writes it.
    pub path: &'static str,
    /// What it needs, all of it; nothing is needed but to be signed in when it is empty.
    pub needs: &'static [Need],
    /// A body that is valid, or nothing. `{reference}`, `{staff}` and `{some-id}` are filled in.
    pub body: &'static str,
    /// A query that is valid, or nothing.
    pub query: &'static str,
}

impl Endpoint {
    /// Whether it is about the whole city.
    pub fn is_of_the_city(&self) -> bool {
        self.needs.iter().any(|need| matches!(need, City(_)))
    }
}

const fn get(path: &'static str, needs: &'static [Need]) -> Endpoint {
    Endpoint { method: "GET", path, needs, body: "", query: "" }
}

const fn query(path: &'static str, query: &'static str, needs: &'static [Need]) -> Endpoint {
    Endpoint { method: "GET", path, needs, body: "", query }
}

const fn post(path: &'static str, needs: &'static [Need], body: &'static str) -> Endpoint {
    Endpoint { method: "POST", path, needs, body, query: "" }
}

const fn put(path: &'static str, needs: &'static [Need], body: &'static str) -> Endpoint {
    Endpoint { method: "PUT", path, needs, body, query: "" }
}

const fn delete(path: &'static str, needs: &'static [Need]) -> Endpoint {
    Endpoint { method: "DELETE", path, needs, body: "", query: "" }
}

const NOTHING: &str = "{}";
const REASON: &str = r#"{"reason":"不属于本部门职责"}"#;
const WORDS: &str = r#"{"body":"请补充小区的楼栋号。"}"#;
const GRANTED: &str = r#"{"granted":true}"#;
const DEPARTMENT: &str = r#"{"department":"heating-office"}"#;
const REPLY: &str = r#"{"kind":"final","body":"已安排检修，预计今晚恢复。","outcome":"resolved"}"#;
const DIGEST: &str =
    r#"{"content_digest":"0000000000000000000000000000000000000000000000000000000000000000"}"#;
const LETTER: &str = r#"{"kind":"complaint","category":"heating","title":"暖气不热","body":"家里暖气一直不热，请检查。",
    "form":{"community":"锦绣家园"},"channel":"counter"}"#;
const PREVIEW: &str = r#"{"kind":"complaint","category":"heating","channel":"web","title":"暖气不热","body":"家里暖气一直不热。"}"#;
const RULE: &str = r#"{"name":"供暖","priority":900,"category":"heating","department":"heating-office"}"#;
const NO_DOCUMENT: &str = r#"{"format":"toml","content":"code = 1"}"#;
const NO_RECALCULATION: &str = r#"{"kind":"calendar","code":"cn","version":1}"#;
const NEW_DEPARTMENT: &str = r#"{"code":"new-office","name":"新办","name_en":"New Office"}"#;
const NEW_CATEGORY: &str = r#"{"code":"lifts","name":"电梯","name_en":"Lifts","kinds":["complaint"]}"#;
const NEW_DISTRICT: &str = r#"{"code":"new-town","name":"新镇","name_en":"New Town"}"#;
const NEW_PASSWORD: &str =
    r#"{"current_password":"梧桐-violet-27-harbour","new_password":"银杏-harbour-31-violet"}"#;
const NEW_ACCOUNT: &str = r#"{"username":"new.colleague","display_name":"王芳","mail":"fang.wang@example.org",
    "department":"heating-office"}"#;
const PUBLICATION: &str = r#"{"title":"暖气不热","question":"家里暖气一直不热。","answer":"已修复。"}"#;
const SNOOZE: &str = r#"{"until":"2026-09-21T01:00:00Z","reason":"等待配件"}"#;
const ABSENCE: &str = r#"{"first_on":"2026-09-21","last_on":"2026-09-25","substitute_id":"{staff}"}"#;
const DUTY: &str =
    r#"{"department":"heating-office","staff_id":"{staff}","first_on":"2026-09-21","last_on":"2026-09-25"}"#;
const ORDER: &str =
    r#"{"department":"heating-office","instruction":"请三日内查明并答复。","working_days":3}"#;
const ISSUE: &str = r#"{"instruction":"请三日内查明并答复。","working_days":3}"#;
const FINISH: &str = r#"{"work_order_id":"{some-id}","contribution":"管网压力正常。"}"#;
const WAIVE: &str = r#"{"work_order_id":"{some-id}","reason":"不再需要"}"#;

/// All of them. An endpoint without a line fails the test, and so does a line without an endpoint.
pub const ENDPOINTS: &[Endpoint] = &[
    // Oneself.
    get("/v1/auth/me", &[]),
    post("/v1/auth/password", &[], NEW_PASSWORD),
    post("/v1/auth/logout", &[], ""),
    post("/v1/auth/logout-everywhere", &[], ""),
    get("/v1/staff/colleagues", &[]),
    // Work lists and tickets.
    get("/v1/staff/work-lists/desk", &[To(ReadTicket)]),
    query("/v1/staff/work-lists/department", "?department=heating-office", &[To(ReadTicket)]),
    query("/v1/staff/work-lists/assists", "?department=heating-office", &[To(ReadTicket)]),
    get("/v1/staff/tickets", &[To(ReadTicket)]),
    post("/v1/staff/tickets", &[City(EnterTicket)], LETTER),
    get("/v1/staff/tickets/{reference}", &[To(ReadTicket)]),
    post("/v1/staff/tickets/{reference}/submitter", &[To(ReadSubmitter)], REASON),
    get("/v1/staff/audit/submitter-accesses", &[City(ReadAudit)]),
    get("/v1/staff/tickets/{reference}/events", &[To(ReadEvents)]),
    get("/v1/staff/tickets/{reference}/joined-letters", &[To(ReadTicket)]),
    get("/v1/staff/tickets/{reference}/messages", &[To(ReadTicket)]),
    get("/v1/staff/tickets/{reference}/replies", &[To(ReadTicket)]),
    get("/v1/staff/tickets/{reference}/work-orders", &[To(ReadTicket)]),
    get("/v1/staff/tickets/{reference}/clocks", &[To(ReadTicket)]),
    get("/v1/staff/tickets/{reference}/clocks/{id}/explanation", &[To(ReadTicket)]),
    get("/v1/staff/tickets/{reference}/clocks/{id}/explanation.ics", &[To(ReadTicket)]),
    get("/v1/staff/tickets/{reference}/approvals", &[To(ReadTicket)]),
    get("/v1/staff/tickets/{reference}/routing", &[To(ReadTicket), To(PreviewRouting)]),
    // Commands on a ticket.
    post("/v1/staff/tickets/{reference}/actions/accept", &[Give(Command::Accept)], NOTHING),
    post(
        "/v1/staff/tickets/{reference}/actions/decline",
        &[Give(Command::Decline)],
        r#"{"ground":"不属于受理范围","advice":"请向法院咨询"}"#,
    ),
    post("/v1/staff/tickets/{reference}/actions/decide-decline", &[Give(Command::DecideDecline)], GRANTED),
    post(
        "/v1/staff/tickets/{reference}/actions/ask-citizen",
        &[Give(Command::AskCitizen)],
        r#"{"question":"是哪一栋楼？"}"#,
    ),
    post("/v1/staff/tickets/{reference}/actions/no-answer", &[Give(Command::NoAnswer)], NOTHING),
    post(
        "/v1/staff/tickets/{reference}/actions/transfer-out",
        &[Give(Command::TransferOut)],
        r#"{"recipient":"省信访局","contact":"电话 12345","reason":"属于省级事权"}"#,
    ),
    post("/v1/staff/tickets/{reference}/actions/dispatch", &[Give(Command::Dispatch)], DEPARTMENT),
    post("/v1/staff/tickets/{reference}/actions/arbitrate", &[Give(Command::Arbitrate)], DEPARTMENT),
    post("/v1/staff/tickets/{reference}/actions/sign", &[Give(Command::Sign)], NOTHING),
    post("/v1/staff/tickets/{reference}/actions/refuse", &[Give(Command::Refuse)], REASON),
    post("/v1/staff/tickets/{reference}/actions/recall", &[Give(Command::Recall)], REASON),
    post(
        "/v1/staff/tickets/{reference}/actions/assign",
        &[Give(Command::Assign)],
        r#"{"staff_id":"{staff}"}"#,
    ),
    post("/v1/staff/tickets/{reference}/actions/finish-assist", &[Give(Command::FinishAssist)], FINISH),
    post("/v1/staff/tickets/{reference}/actions/waive-assist", &[Give(Command::WaiveAssist)], WAIVE),
    post(
        "/v1/staff/tickets/{reference}/actions/request-extension",
        &[Give(Command::RequestExtension)],
        r#"{"amount":3,"reason":"需要等待配件"}"#,
    ),
    post(
        "/v1/staff/tickets/{reference}/actions/decide-extension",
        &[Give(Command::DecideExtension)],
        GRANTED,
    ),
    post("/v1/staff/tickets/{reference}/actions/reopen", &[Give(Command::Reopen)], REASON),
    post("/v1/staff/tickets/{reference}/actions/merge", &[Give(Command::Merge)], r#"{"into":"{reference}"}"#),
    post(
        "/v1/staff/tickets/{reference}/actions/reclassify",
        &[Give(Command::Reclassify)],
        r#"{"priority":"urgent","reason":"有老人受冻"}"#,
    ),
    post(
        "/v1/staff/tickets/{reference}/actions/hold",
        &[Give(Command::Hold)],
        r#"{"ground":"litigation","reason":"法院已立案"}"#,
    ),
    post("/v1/staff/tickets/{reference}/actions/release", &[Give(Command::Hold)], REASON),
    post("/v1/staff/tickets/{reference}/actions/mark-spam", &[Give(Command::MarkSpam)], REASON),
    post("/v1/staff/tickets/{reference}/actions/restore", &[Give(Command::Restore)], REASON),
    post(
        "/v1/staff/tickets/{reference}/actions/reissue-access-code",
        &[Give(Command::ReissueAccessCode)],
        REASON,
    ),
    post("/v1/staff/tickets/{reference}/notes", &[Give(Command::AddNote)], WORDS),
    post("/v1/staff/tickets/{reference}/replies", &[Give(Command::DraftReply)], REPLY),
    put("/v1/staff/tickets/{reference}/replies/{id}", &[Give(Command::DraftReply)], REPLY),
    post("/v1/staff/tickets/{reference}/replies/{id}/actions/submit", &[Give(Command::SubmitReply)], NOTHING),
    post("/v1/staff/tickets/{reference}/replies/{id}/actions/return", &[Give(Command::ReturnReply)], REASON),
    post("/v1/staff/tickets/{reference}/replies/{id}/actions/send", &[Give(Command::SendReply)], DIGEST),
    // Routing.
    get("/v1/staff/routing/rules", &[City(ReadRouting)]),
    post("/v1/staff/routing/rules", &[City(ManageRouting)], RULE),
    get("/v1/staff/routing/rules/{number}", &[City(ReadRouting)]),
    put("/v1/staff/routing/rules/{number}", &[City(ManageRouting)], RULE),
    post("/v1/staff/routing/preview", &[To(PreviewRouting)], PREVIEW),
    // Versions of calendars and time limits.
    get("/v1/staff/calendars", &[City(ManageTimeLimits)]),
    get("/v1/staff/calendars/{code}/versions/{version}", &[City(ManageTimeLimits)]),
    post("/v1/staff/calendars/{code}/versions", &[City(ManageTimeLimits)], NO_DOCUMENT),
    query("/v1/staff/calendars/{code}/diff", "?from=1&to=1", &[City(ManageTimeLimits)]),
    get("/v1/staff/time-limits", &[City(ManageTimeLimits)]),
    get("/v1/staff/time-limits/{code}/versions/{version}", &[City(ManageTimeLimits)]),
    post("/v1/staff/time-limits/{code}/versions", &[City(ManageTimeLimits)], NO_DOCUMENT),
    query("/v1/staff/time-limits/{code}/diff", "?from=1&to=1", &[City(ManageTimeLimits)]),
    // Recalculations.
    get("/v1/staff/recalculations", &[City(ManageTimeLimits)]),
    post("/v1/staff/recalculations", &[City(ManageTimeLimits)], NO_RECALCULATION),
    get("/v1/staff/recalculations/{id}", &[City(ManageTimeLimits)]),
    post("/v1/staff/recalculations/{id}/actions/approve", &[City(ManageTimeLimits)], NOTHING),
    post("/v1/staff/recalculations/{id}/actions/reject", &[City(ManageTimeLimits)], NOTHING),
    // Alarms.
    get("/v1/staff/alarms", &[To(ReadAlarms)]),
    post("/v1/staff/alarms/{id}/actions/acknowledge", &[To(AcknowledgeAlarm)], NOTHING),
    post("/v1/staff/alarms/{id}/actions/snooze", &[To(AcknowledgeAlarm)], SNOOZE),
    get("/v1/staff/absences", &[]),
    post("/v1/staff/absences", &[], ABSENCE),
    delete("/v1/staff/absences/{id}", &[]),
    get("/v1/staff/duties", &[To(ReadAlarms)]),
    post("/v1/staff/duties", &[To(ManageDuties)], DUTY),
    delete("/v1/staff/duties/{id}", &[To(ManageDuties)]),
    post("/v1/staff/tickets/{reference}/supervision-orders", &[To(IssueSupervision)], ORDER),
    query("/v1/staff/supervision-orders", "?status=issued", &[To(ReadSupervision)]),
    get("/v1/staff/supervision-orders/{id}", &[To(ReadSupervision)]),
    post("/v1/staff/supervision-orders/{id}/actions/issue", &[To(IssueSupervision)], ISSUE),
    post("/v1/staff/supervision-orders/{id}/actions/dismiss", &[To(IssueSupervision)], REASON),
    post("/v1/staff/supervision-orders/{id}/actions/acknowledge", &[To(AnswerSupervision)], NOTHING),
    post(
        "/v1/staff/supervision-orders/{id}/actions/answer",
        &[To(AnswerSupervision)],
        r#"{"feedback":"已派人检修。"}"#,
    ),
    post(
        "/v1/staff/supervision-orders/{id}/actions/return",
        &[To(IssueSupervision)],
        r#"{"reason":"未说明时间","working_days":2}"#,
    ),
    post("/v1/staff/supervision-orders/{id}/actions/close", &[To(IssueSupervision)], REASON),
    get("/v1/staff/inspection", &[City(ReadInspection)]),
    get("/v1/staff/sweep", &[City(ManageSweep)]),
    post("/v1/staff/sweep/actions/pause", &[City(ManageSweep)], REASON),
    post("/v1/staff/sweep/actions/resume", &[City(ManageSweep)], REASON),
    get("/v1/staff/morning-briefs", &[City(ReadBriefs)]),
    get("/v1/staff/morning-briefs/{date}", &[City(ReadBriefs)]),
    // Publications.
    query("/v1/staff/publications", "?status=proposed", &[To(ReadPublication)]),
    get("/v1/staff/publications/{id}", &[To(ReadPublication)]),
    put("/v1/staff/publications/{id}", &[To(EditPublication)], PUBLICATION),
    post("/v1/staff/publications/{id}/findings/{finding_id}/actions/mask", &[To(EditPublication)], NOTHING),
    post("/v1/staff/publications/{id}/findings/{finding_id}/actions/keep", &[To(EditPublication)], REASON),
    post("/v1/staff/publications/{id}/actions/mask-findings", &[To(EditPublication)], NOTHING),
    post("/v1/staff/publications/{id}/actions/submit", &[To(EditPublication)], NOTHING),
    post("/v1/staff/publications/{id}/actions/return", &[To(ReviewPublication)], REASON),
    post("/v1/staff/publications/{id}/actions/publish", &[To(ReviewPublication)], DIGEST),
    post("/v1/staff/publications/{id}/actions/withdraw", &[To(WithdrawPublication)], REASON),
    post("/v1/staff/publications/{id}/actions/revise", &[To(EditPublication)], NOTHING),
    // Departments, categories and districts.
    get("/v1/staff/departments", &[City(ManageDirectory)]),
    post("/v1/staff/departments", &[City(ManageDirectory)], NEW_DEPARTMENT),
    get("/v1/staff/departments/{code}", &[City(ManageDirectory)]),
    put("/v1/staff/departments/{code}", &[City(ManageDirectory)], NEW_DEPARTMENT),
    get("/v1/staff/categories", &[City(ManageDirectory)]),
    post("/v1/staff/categories", &[City(ManageDirectory)], NEW_CATEGORY),
    get("/v1/staff/categories/{code}", &[City(ManageDirectory)]),
    put("/v1/staff/categories/{code}", &[City(ManageDirectory)], NEW_CATEGORY),
    get("/v1/staff/districts", &[City(ManageDirectory)]),
    post("/v1/staff/districts", &[City(ManageDirectory)], NEW_DISTRICT),
    get("/v1/staff/districts/{code}", &[City(ManageDirectory)]),
    put("/v1/staff/districts/{code}", &[City(ManageDirectory)], NEW_DISTRICT),
    // Accounts.
    get("/v1/staff-accounts", &[To(ManageStaff)]),
    post("/v1/staff-accounts", &[To(ManageStaff)], NEW_ACCOUNT),
    get("/v1/staff-accounts/{id}", &[To(ManageStaff)]),
    post("/v1/staff-accounts/{id}/actions/disable", &[To(ManageStaff)], NOTHING),
    post("/v1/staff-accounts/{id}/actions/enable", &[To(ManageStaff)], NOTHING),
    post("/v1/staff-accounts/{id}/actions/issue-activation-code", &[To(ManageStaff)], NOTHING),
    get("/v1/staff-accounts/{id}/events", &[To(ManageStaff)]),
    get("/v1/staff-account-requests", &[To(ManageStaff)]),
    post("/v1/staff-account-requests/{id}/actions/approve", &[To(ManageGrants)], NOTHING),
    post("/v1/staff-account-requests/{id}/actions/reject", &[To(ManageGrants)], NOTHING),
    post("/v1/staff-accounts/{id}/grants", &[To(ManageGrants)], r#"{"role":"handler"}"#),
    delete("/v1/staff-accounts/{id}/grants/{grant_id}", &[To(ManageGrants)]),
    // What could not be delivered.
    get("/v1/admin/outbox/dead-letters", &[City(ManageOutbox)]),
    post("/v1/admin/outbox/dead-letters/{id}/actions/replay", &[City(ManageOutbox)], NOTHING),
];
