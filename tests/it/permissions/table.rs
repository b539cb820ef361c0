//! Every endpoint of staff: what it needs, and a request that gets as far as the permission.

use huiyin::platform::auth::permissions::Operation::{self, *};

/// An endpoint of staff.
pub struct Endpoint {
    /// The method.
    pub method: &'static str,
    /// The path as the specification writes it.
    pub path: &'static str,
    /// What it needs, all of it; nothing is needed but to be signed in when it is empty.
    pub needs: &'static [Operation],
    /// A body that is valid, or nothing. `{reference}`, `{staff}` and `{some-id}` are filled in.
    pub body: &'static str,
    /// A query that is valid, or nothing.
    pub query: &'static str,
}

const fn get(path: &'static str, needs: &'static [Operation]) -> Endpoint {
    Endpoint { method: "GET", path, needs, body: "", query: "" }
}

const fn query(path: &'static str, query: &'static str, needs: &'static [Operation]) -> Endpoint {
    Endpoint { method: "GET", path, needs, body: "", query }
}

const fn post(path: &'static str, needs: &'static [Operation], body: &'static str) -> Endpoint {
    Endpoint { method: "POST", path, needs, body, query: "" }
}

const fn put(path: &'static str, needs: &'static [Operation], body: &'static str) -> Endpoint {
    Endpoint { method: "PUT", path, needs, body, query: "" }
}

const fn delete(path: &'static str, needs: &'static [Operation]) -> Endpoint {
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
    // Work lists and tickets.
    get("/v1/staff/work-lists/desk", &[ReadTicket]),
    query("/v1/staff/work-lists/department", "?department=heating-office", &[ReadTicket]),
    query("/v1/staff/work-lists/assists", "?department=heating-office", &[ReadTicket]),
    get("/v1/staff/tickets", &[ReadTicket]),
    post("/v1/staff/tickets", &[EnterTicket], LETTER),
    get("/v1/staff/tickets/{reference}", &[ReadTicket]),
    get("/v1/staff/tickets/{reference}/submitter", &[ReadSubmitter]),
    get("/v1/staff/tickets/{reference}/events", &[ReadEvents]),
    get("/v1/staff/tickets/{reference}/messages", &[ReadTicket]),
    get("/v1/staff/tickets/{reference}/replies", &[ReadTicket]),
    get("/v1/staff/tickets/{reference}/work-orders", &[ReadTicket]),
    get("/v1/staff/tickets/{reference}/clocks", &[ReadTicket]),
    get("/v1/staff/tickets/{reference}/clocks/{id}/explanation", &[ReadTicket]),
    get("/v1/staff/tickets/{reference}/clocks/{id}/explanation.ics", &[ReadTicket]),
    get("/v1/staff/tickets/{reference}/approvals", &[ReadTicket]),
    get("/v1/staff/tickets/{reference}/routing", &[ReadTicket, PreviewRouting]),
    // Commands on a ticket.
    post("/v1/staff/tickets/{reference}/actions/accept", &[AcceptTicket], NOTHING),
    post(
        "/v1/staff/tickets/{reference}/actions/decline",
        &[DeclineTicket],
        r#"{"ground":"不属于受理范围","advice":"请向法院咨询"}"#,
    ),
    post("/v1/staff/tickets/{reference}/actions/decide-decline", &[DecideDecline], GRANTED),
    post(
        "/v1/staff/tickets/{reference}/actions/ask-citizen",
        &[AskCitizen],
        r#"{"question":"是哪一栋楼？"}"#,
    ),
    post("/v1/staff/tickets/{reference}/actions/no-answer", &[ConfirmNoAnswer], NOTHING),
    post(
        "/v1/staff/tickets/{reference}/actions/transfer-out",
        &[TransferOut],
        r#"{"recipient":"省信访局","contact":"电话 12345","reason":"属于省级事权"}"#,
    ),
    post("/v1/staff/tickets/{reference}/actions/dispatch", &[DispatchTicket], DEPARTMENT),
    post("/v1/staff/tickets/{reference}/actions/arbitrate", &[ArbitrateTicket], DEPARTMENT),
    post("/v1/staff/tickets/{reference}/actions/sign", &[SignWorkOrder], NOTHING),
    post("/v1/staff/tickets/{reference}/actions/refuse", &[RefuseWorkOrder], REASON),
    post("/v1/staff/tickets/{reference}/actions/recall", &[RecallWorkOrder], REASON),
    post("/v1/staff/tickets/{reference}/actions/assign", &[AssignWorkOrder], r#"{"staff_id":"{staff}"}"#),
    post("/v1/staff/tickets/{reference}/actions/finish-assist", &[FinishAssist], FINISH),
    post("/v1/staff/tickets/{reference}/actions/waive-assist", &[WaiveAssist], WAIVE),
    post(
        "/v1/staff/tickets/{reference}/actions/request-extension",
        &[RequestExtension],
        r#"{"amount":3,"reason":"需要等待配件"}"#,
    ),
    post("/v1/staff/tickets/{reference}/actions/decide-extension", &[DecideExtension], GRANTED),
    post("/v1/staff/tickets/{reference}/actions/reopen", &[ReopenTicket], REASON),
    post("/v1/staff/tickets/{reference}/actions/merge", &[MergeTickets], r#"{"into":"{reference}"}"#),
    post(
        "/v1/staff/tickets/{reference}/actions/reclassify",
        &[ReclassifyTicket],
        r#"{"priority":"urgent","reason":"有老人受冻"}"#,
    ),
    post(
        "/v1/staff/tickets/{reference}/actions/hold",
        &[HoldTicket],
        r#"{"ground":"litigation","reason":"法院已立案"}"#,
    ),
    post("/v1/staff/tickets/{reference}/actions/release", &[HoldTicket], REASON),
    post("/v1/staff/tickets/{reference}/actions/mark-spam", &[MarkSpam], REASON),
    post("/v1/staff/tickets/{reference}/actions/restore", &[RestoreTicket], REASON),
    post("/v1/staff/tickets/{reference}/notes", &[AddNote], WORDS),
    post("/v1/staff/tickets/{reference}/replies", &[DraftReply], REPLY),
    put("/v1/staff/tickets/{reference}/replies/{id}", &[DraftReply], REPLY),
    post("/v1/staff/tickets/{reference}/replies/{id}/actions/submit", &[SubmitReply], NOTHING),
    post("/v1/staff/tickets/{reference}/replies/{id}/actions/return", &[ReturnReply], REASON),
    post("/v1/staff/tickets/{reference}/replies/{id}/actions/send", &[SendReply], DIGEST),
    // Routing.
    get("/v1/staff/routing/rules", &[PreviewRouting]),
    post("/v1/staff/routing/rules", &[ManageRouting], RULE),
    get("/v1/staff/routing/rules/{number}", &[PreviewRouting]),
    put("/v1/staff/routing/rules/{number}", &[ManageRouting], RULE),
    post("/v1/staff/routing/preview", &[PreviewRouting], PREVIEW),
    // Versions of calendars and time limits.
    get("/v1/staff/calendars", &[ManageTimeLimits]),
    get("/v1/staff/calendars/{code}/versions/{version}", &[ManageTimeLimits]),
    post("/v1/staff/calendars/{code}/versions", &[ManageTimeLimits], NO_DOCUMENT),
    query("/v1/staff/calendars/{code}/diff", "?from=1&to=1", &[ManageTimeLimits]),
    get("/v1/staff/time-limits", &[ManageTimeLimits]),
    get("/v1/staff/time-limits/{code}/versions/{version}", &[ManageTimeLimits]),
    post("/v1/staff/time-limits/{code}/versions", &[ManageTimeLimits], NO_DOCUMENT),
    query("/v1/staff/time-limits/{code}/diff", "?from=1&to=1", &[ManageTimeLimits]),
    // Recalculations.
    get("/v1/staff/recalculations", &[ManageTimeLimits]),
    post("/v1/staff/recalculations", &[ManageTimeLimits], NO_RECALCULATION),
    get("/v1/staff/recalculations/{id}", &[ManageTimeLimits]),
    post("/v1/staff/recalculations/{id}/actions/approve", &[ManageTimeLimits], NOTHING),
    post("/v1/staff/recalculations/{id}/actions/reject", &[ManageTimeLimits], NOTHING),
    // Alarms.
    get("/v1/staff/alarms", &[ReadAlarms]),
    post("/v1/staff/alarms/{id}/actions/acknowledge", &[AcknowledgeAlarm], NOTHING),
    post("/v1/staff/alarms/{id}/actions/snooze", &[AcknowledgeAlarm], SNOOZE),
    get("/v1/staff/absences", &[]),
    post("/v1/staff/absences", &[], ABSENCE),
    delete("/v1/staff/absences/{id}", &[]),
    get("/v1/staff/duties", &[ReadAlarms]),
    post("/v1/staff/duties", &[ManageDuties], DUTY),
    delete("/v1/staff/duties/{id}", &[ManageDuties]),
    post("/v1/staff/tickets/{reference}/supervision-orders", &[IssueSupervision], ORDER),
    query("/v1/staff/supervision-orders", "?status=issued", &[ReadSupervision]),
    get("/v1/staff/supervision-orders/{id}", &[ReadSupervision]),
    post("/v1/staff/supervision-orders/{id}/actions/issue", &[IssueSupervision], ISSUE),
    post("/v1/staff/supervision-orders/{id}/actions/dismiss", &[IssueSupervision], REASON),
    post("/v1/staff/supervision-orders/{id}/actions/acknowledge", &[AnswerSupervision], NOTHING),
    post(
        "/v1/staff/supervision-orders/{id}/actions/answer",
        &[AnswerSupervision],
        r#"{"feedback":"已派人检修。"}"#,
    ),
    post(
        "/v1/staff/supervision-orders/{id}/actions/return",
        &[IssueSupervision],
        r#"{"reason":"未说明时间","working_days":2}"#,
    ),
    post("/v1/staff/supervision-orders/{id}/actions/close", &[IssueSupervision], REASON),
    get("/v1/staff/inspection", &[ReadInspection]),
    get("/v1/staff/sweep", &[ManageSweep]),
    post("/v1/staff/sweep/actions/pause", &[ManageSweep], REASON),
    post("/v1/staff/sweep/actions/resume", &[ManageSweep], REASON),
    get("/v1/staff/morning-briefs", &[ReadBriefs]),
    get("/v1/staff/morning-briefs/{date}", &[ReadBriefs]),
    // Publications.
    query("/v1/staff/publications", "?status=proposed", &[ReadPublication]),
    get("/v1/staff/publications/{id}", &[ReadPublication]),
    put("/v1/staff/publications/{id}", &[EditPublication], PUBLICATION),
    post("/v1/staff/publications/{id}/findings/{finding_id}/actions/mask", &[EditPublication], NOTHING),
    post("/v1/staff/publications/{id}/findings/{finding_id}/actions/keep", &[EditPublication], REASON),
    post("/v1/staff/publications/{id}/actions/mask-findings", &[EditPublication], NOTHING),
    post("/v1/staff/publications/{id}/actions/submit", &[EditPublication], NOTHING),
    post("/v1/staff/publications/{id}/actions/return", &[ReviewPublication], REASON),
    post("/v1/staff/publications/{id}/actions/publish", &[ReviewPublication], DIGEST),
    post("/v1/staff/publications/{id}/actions/withdraw", &[WithdrawPublication], REASON),
    post("/v1/staff/publications/{id}/actions/revise", &[EditPublication], NOTHING),
    // Departments and categories.
    get("/v1/staff/departments", &[ManageDirectory]),
    post("/v1/staff/departments", &[ManageDirectory], NEW_DEPARTMENT),
    get("/v1/staff/departments/{code}", &[ManageDirectory]),
    put("/v1/staff/departments/{code}", &[ManageDirectory], NEW_DEPARTMENT),
    get("/v1/staff/categories", &[ManageDirectory]),
    post("/v1/staff/categories", &[ManageDirectory], NEW_CATEGORY),
    get("/v1/staff/categories/{code}", &[ManageDirectory]),
    put("/v1/staff/categories/{code}", &[ManageDirectory], NEW_CATEGORY),
    // Accounts.
    get("/v1/staff-accounts", &[ManageStaff]),
    post("/v1/staff-accounts", &[ManageStaff], NEW_ACCOUNT),
    get("/v1/staff-accounts/{id}", &[ManageStaff]),
    post("/v1/staff-accounts/{id}/actions/disable", &[ManageStaff], NOTHING),
    post("/v1/staff-accounts/{id}/actions/enable", &[ManageStaff], NOTHING),
    post("/v1/staff-accounts/{id}/actions/issue-activation-code", &[ManageStaff], NOTHING),
    post("/v1/staff-accounts/{id}/grants", &[ManageGrants], r#"{"role":"handler"}"#),
    delete("/v1/staff-accounts/{id}/grants/{grant_id}", &[ManageGrants]),
    // What could not be delivered.
    get("/v1/admin/outbox/dead-letters", &[ManageOutbox]),
    post("/v1/admin/outbox/dead-letters/{id}/actions/replay", &[ManageOutbox], NOTHING),
];
