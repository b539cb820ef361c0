# Words for people in Chinese. A key is a family of words and a stable code of the API. `{ $name }` is filled in.
# Traditional Chinese is converted from the Chinese; see zh-Hant.toml.

## `huiyin mail-test`。

mail_test-subject = { $site }：测试邮件
mail_test-text = 这封邮件由{ $site }的 `huiyin mail-test` 发送，邮件可以正常发出。

## Problem documents: the title of each kind, by its stable code.

problem-login_refused = 用户名或密码不正确，或该账号暂时不能登录
problem-activation_refused = 一次性激活码不正确、已使用或已过期
problem-session_ended = 会话已结束，请重新登录
problem-too_many_attempts = 尝试次数过多，请稍后再试
problem-wrong_password = 当前密码不正确
problem-username_taken = 用户名已被使用
problem-incompatible_roles = 系统管理员不得兼任其他角色
problem-already_granted = 该角色已授予
problem-account_disabled = 该账号已停用
problem-already_requested = 相同的申请已在等待第二位管理员审批
problem-second_administrator_needed = 须由另一位管理员审批
problem-no_mail_address = 该账号没有邮箱地址
problem-messages_used_up = 今天的留言次数已用完，请明天再写
problem-messages_full = 该信件的留言已达上限
problem-own_account = 不能管理自己的账号和权限
problem-code_taken = 该代码已被使用
problem-leader_level_does_not_rest = 领导专报级别的预警不能暂缓
problem-already_acknowledged = 该预警已被确认
problem-order_step_not_possible = 督办单当前状态不允许此操作
problem-publication_not_allowed_now = 当前状态下不能执行此操作
problem-findings_open = 仍有未处理的隐私信息，须逐项处理后再提交
problem-editor_cannot_review = 参与撰写或编辑的人不能审核该内容
problem-not_the_reviewed_text = 待公开内容与审核时不一致
problem-submitter_refuses = 来信人不同意公开
problem-finding_settled = 该项已处理
problem-not_planned = 该方案已经处理
problem-superseded = 制定方案之后生效版本已变更，请重新制定方案
problem-another_at_work = 另一项重算正在进行，请稍后再试
problem-number_taken = 该规则编号已被使用
problem-not_allowed_now = 当前状态下不能执行此操作
problem-same_person = 此操作须由另一人完成
problem-refusals_used_up = 本轮退回次数已达上限，须由监督人员裁定主办部门
problem-refusal_closed = 已过退回期限或已作最终指定，不能退回
problem-assists_open = 协办部门尚未办结，须办结或免除协办后再提交
problem-not_what_was_reviewed = 答复内容与审核时不一致
problem-urged_today = 今天已催办过，请于下一工作日再试
problem-reopened_once = 每件来信只能申请一次重新办理
problem-other_submitter = 只能合并同一来信人的诉求
problem-nothing_changes = 类别和紧急程度均无变化
problem-still_waiting = 补充材料期限尚未届满
problem-extension_not_possible = 此时限不能再延长
problem-no_such_ticket = 查询码或编号不正确
problem-bad_request = 请求格式不正确
problem-method_not_allowed = 不支持该请求方法
problem-unsupported_media_type = 请求内容类型必须是 application/json
problem-payload_too_large = 请求内容过大
problem-unreadable_body = 请求内容读取失败
problem-invalid_if_match = If-Match 请求头格式不正确
problem-request_timeout = 请求超时
problem-idempotency_key_reused = 同一幂等键已用于内容不同的请求
problem-idempotency_key_required = 缺少 Idempotency-Key 请求头
problem-invalid_idempotency_key = Idempotency-Key 请求头格式不正确
problem-malformed_json = 请求内容不是有效的 JSON
problem-too_deep = JSON 嵌套过深
problem-invalid_request = 请求内容不符合要求
problem-not_found = 未找到
problem-forbidden = 无权执行此操作
problem-unauthenticated = 请先登录
problem-temporarily_unavailable = 服务暂时繁忙，请稍后再试
problem-internal_error = 服务器内部错误
problem-precondition_required = 缺少 If-Match 请求头
problem-precondition_failed = 内容已被他人修改，请刷新后重试
problem-in_flight = 相同的请求正在处理中
problem-invalid_query = 查询参数不符合要求
problem-rate_limited = 请求过于频繁，请稍后再试

## Problem documents: what happened this time.

detail-not_utf8 = 第 { $line } 行不是有效的 UTF-8 编码
detail-too_deep = 最多允许 { $levels } 层嵌套
detail-json_syntax = 第 { $line } 行第 { $column } 列有语法错误
detail-content_encoding = 不支持 Content-Encoding
detail-body_limit = 最多 256 KiB
detail-entity_tag = 请原样发送一个 ETag，例如 "v12"
detail-idempotency_key = 应为一个 1 至 255 个可打印 ASCII 字符的值

## Fields at fault, by the stable code of what is wrong.

field-invalid_cursor = 翻页标记无效
field-repeated_parameter = 参数重复
field-invalid_encoding = 不是有效的 UTF-8 编码
field-missing_field = 缺少字段 { $name }
field-unknown_field-expected = 没有这个字段，可用的字段：{ $expected }
field-unknown_field = 没有这个字段
field-duplicate_field = 字段 { $name } 重复
field-unknown_value-expected = 不是可用的值，应为：{ $expected }
field-invalid_type-text = 应为文字
field-invalid_type-number = 应为数字
field-invalid_type-boolean = 应为 true 或 false
field-invalid_type-list = 应为列表
field-invalid_type-object = 应为对象
field-invalid_type-nothing = 应为空
field-lone_surrogate = 包含不成对的代理字符
field-text_control_character = 不能包含控制字符
field-invalid_type-whole_number = 应为整数
field-out_of_range = 数值超出允许范围
field-out_of_range-between = 应在 { $least } 与 { $most } 之间
field-out_of_range-date = 日期超出允许范围
field-invalid_value-incomplete_date = 日期不完整
field-invalid_value-date = 日期格式不正确
field-invalid_value-day_or_instant = 应为日期或时刻
field-invalid_value-identifier = 标识符格式不正确
field-unknown_value = 不是可用的值
field-text_empty = 不能为空
field-text_too_long = 最多 { $max } 个字符
field-too_many_items = 最多 { $most } 项
field-digest_malformed = 应为 64 位十六进制数
field-text_line_break = 不能换行
field-reference_malformed = 编号格式不正确
field-reference_check_digit = 校验码不符，请检查是否输错
field-reference_no_such_day = 编号中的日期不存在
field-access_code_malformed = 查询码格式不正确
field-phone_malformed = 不是有效的电话号码
field-mail_malformed = 不是有效的邮箱地址
field-mail_malformed-required = 不是有效的邮箱地址
field-identity_number_malformed = 不是有效的身份证号码
field-code_malformed = 应为小写字母和数字，可用单个连字符分组，最多 { $max } 个字符
field-username_malformed = 应为 3 至 32 个小写字母、数字、点、横线或下划线，以字母或数字开头
field-too_deep = 嵌套过深
field-invalid_value = 值不正确
field-unknown_department = 没有这个部门
field-out_of_range-from_to = 应为 { $least } 至 { $most }
field-unknown_department-work = 没有这个可承办的部门
field-department_twice = 部门重复
field-named_once = 须且只须以 staff_id 或 username 之一指明人员
field-unfit_staff = 没有这名工作人员，或其不能办理该部门的来信
field-no_open_assist = 没有这项未办结的协办
field-kind_is_fixed = 答复类型不能更改
field-outcome_required = 正式答复须注明办理结果
field-outcome_not_expected = 此类答复不填写办理结果
field-channel_not_open = 不能通过此渠道提交
field-unknown_category = 没有这个类别
field-kind_not_in_category = 该类别不受理此种来信
field-unknown_district = 没有这个区域
field-unknown_category-code = 没有代码为“{ $code }”的类别
field-unknown_district-code = 没有代码为“{ $code }”的地区
field-unknown_department-code = 没有代码为“{ $code }”的部门
field-not_dispatchable = “{ $code }”不承办工单
field-too_many_assists = 协办单位最多10个
field-invalid_keywords = 关键词最多100个，每个1至50个字
field-out_of_range-rule_number = 规则编号应在1到1000000000之间
field-number_changed = 规则编号一经确定不能更改
field-out_of_range-rule_priority = 优先级应在0到10000之间
field-invalid_validity = 失效日期不能早于生效日期
field-precedent = 先例规则须保留类别，且不能自动派单
field-cycle = “{ $code }”不能成为自己的下级或承接单位
field-needs_successor = 停用的部门必须指定承接单位
field-too_many_aliases = 别名最多50个
field-no_kinds = 至少要有一种诉求类型
field-code_changed = 代码一经确定不能更改

## A form that is none.

form_schema-too_many_fields = 表单最多{ $most }项
form_schema-key = 表单项“{ $key }”：名称应以小写字母开头，只含小写字母、数字和下划线，最多40个字符
form_schema-duplicate_key = 表单项“{ $key }”：名称重复
form_schema-label = 表单项“{ $key }”：标签须有1至200个字，说明最多500个字
form_schema-max_length = 表单项“{ $key }”：只有文字项可以限定字数，范围为1至{ $most }
form_schema-choices = 表单项“{ $key }”：选择项须有1至100个互不相同的选项，其他类型不能有选项
form_schema-bounds = 表单项“{ $key }”：上下限只用于数字和日期，且下限不能大于上限

## What is wrong with a filled-in form.

field-form_unknown_field = 表单中没有这一项
field-form_required = 此项必填
field-form_wrong_type-boolean = 此项应为是或否(布尔值)
field-form_wrong_type-text = 此项应为文字
field-form_wrong_type-number = 此项应为数字
field-form_control_character = 不能含有控制字符
field-form_too_long = 最多{ $max }个字
field-form_unknown_choice = 请从给出的选项中选择
field-form_invalid_date = 日期应写作 2026-09-18
field-form_out_of_range-between = 应在{ $least }到{ $most }之间
field-form_out_of_range-least = 不能小于{ $least }
field-form_out_of_range-most = 不能大于{ $most }
field-form_out_of_range = 超出允许的范围
field-form_invalid_url = 请填写以 http:// 或 https:// 开头的网址

## A document of rules that cannot be taken in.

refusal-not_utf8 = 文本不是 UTF-8 编码
refusal-unreadable = 无法解析：{ $why }
refusal-header = 表头应为 date,is_working 或 date,is_working,name
refusal-not_a_day = “{ $text }”不是 2027-01-01 这样的日期
refusal-not_a_boolean = “{ $text }”应为 true 或 false
refusal-empty = 没有列出任何日期
refusal-outside_year = { $day } 不在 { $year } 年及上年12月之内
refusal-listed_twice = { $day } 重复
refusal-make_up_on_weekday = { $day } 是周一至周五，不能作为调休上班日
refusal-gap = 所列日期之间缺少 { $day }
refusal-year_does_not_follow = 日历已公布至 { $known }，不能直接导入 { $year } 年
refusal-unknown_calendar = 没有生效的日历“{ $code }”，请先导入完整的 TOML 文件
refusal-other_code = 文件的代码是“{ $code }”
refusal-other_zone = 时区应保持为 { $zone }
refusal-toml_only = 只接受 TOML
refusal-nothing_new = 与第 { $version } 版内容相同
refusal-invalid_document = 不能构成有效的文件：{ $why }
refusal-at_line = 第 { $line } 行：{ $reason }

## Fields at fault in other features.

field-out_of_range-duration = 应为正数，且不超过 1000 个工作日、3650 日、120 个月或 600000 分钟
field-duration_one_of_both = 请给出 working_days，或 amount 与 unit，二者取一
field-too_many_days-calendar = 应不早于 from，且一次最多 400 天
field-unknown_department-of_account = 没有这个部门代码
password-too_short = 密码至少 12 个字符
password-too_long = 密码最多 128 个字符
password-contains_username = 密码不能包含用户名
password-guessable = 密码太容易被猜到
field-days_reversed-statistics = 开始日期晚于结束日期
field-too_many_days = 最多查询 { $most } 天
field-days_reversed-answered = 截止日期早于起始日期
field-days_reversed-absence = 结束日期早于开始日期
field-snooze_out_of_range = 应晚于现在，且不晚于 { $last } 当日
field-unknown_ticket = 没有这件来信
field-unknown_staff = 没有这个工作人员
field-own_substitute = 代理人应是他人
field-unknown_version = 没有这个版本
field-already_in_force = 该版本已经生效

## Days.

weekday_name-mon = 星期一
weekday_name-tue = 星期二
weekday_name-wed = 星期三
weekday_name-thu = 星期四
weekday_name-fri = 星期五
weekday_name-sat = 星期六
weekday_name-sun = 星期日
day_reason-weekday = 工作日
day_reason-weekend = 周末
day_reason-holiday = 放假：{ $holiday }
day_reason-make_up = 上班：{ $holiday }调休
day_label = { $day } { $weekday }，{ $reason }

## Warnings about rules.

warning-whole_days = 时限 { $limits } 中的 { $codes } 按工作分钟计算，而日历 { $calendar } 没有 [hours]：工作日的 24 小时将全部计入

## Lists.

list-pair = { $before }、{ $next }

## Words of the vocabulary, by their stable codes.

kind_name-mayor_letter = 领导信箱
kind_name-inquiry = 咨询
kind_name-complaint = 投诉
kind_name-suggestion = 建议
kind_name-error_report = 纠错
kind_name-information_request = 依申请公开
channel_name-web = 网页
channel_name-mobile = 移动端
channel_name-hotline = 热线
channel_name-mail = 信函邮件
channel_name-counter = 窗口
channel_name-open311 = Open311
channel_name-upstream = 上级转办
channel_name-import = 系统导入
metric_name-accept = 受理期限
metric_name-sign = 签收期限
metric_name-work_order = 承办期限
metric_name-reply = 答复期限
metric_name-refuse = 退回期限
metric_name-clarification = 补充说明期限
metric_name-rating = 评价期限
metric_name-correction = 补正告知期限
metric_name-third_party = 征求第三方意见期限
metric_name-review_before_publication = 公开前审核期限
metric_name-consultation_outcome = 征集结果公布期限
unit_name-working_days = 个工作日
unit_name-calendar_days = 日
unit_name-months = 个月
unit_name-working_minutes = 分钟工作时间
alarm_name-l0 = 到期提醒
alarm_name-l1 = 到期催办
alarm_name-l2 = 超期督办
alarm_name-l3 = 领导专报
department_name-none = 受理台
department_name-undispatched = 尚未分办

## Why a matter goes where it goes.

rule_origin-configured = 规则
rule_origin-precedent = 先例规则
routing-matched = 匹配{ $origin }{ $number }：{ $conditions }
routing-matched_everything = 匹配{ $origin }{ $number }：适用于全部诉求
routing-default_department = 没有匹配的规则，由类别“{ $category }”的默认部门承办
routing-triage = 没有匹配的规则，类别“{ $category }”也没有默认部门，转人工分派
routing_condition-category = 类别“{ $value }”
routing_condition-area = 地区“{ $value }”
routing_condition-keyword = 关键词“{ $value }”
routing_condition-kind = 诉求类型“{ $value }”
routing_condition-channel = 渠道“{ $value }”
routing_condition-pair = { $before }，{ $next }
precedent_name = 先例：{ $category }
precedent_name-area = 先例：{ $category }（{ $area }）

## Clocks, explained.

clock-counted = 自{ $anchor }起计{ $amount }{ $unit }
clock-taken_over = { $said }（承接自并入本件的来信）
clock-extended = { $said }，延长{ $extension }{ $unit }
clock-paused = { $said }，暂停{ $times }次
clock-waits = { $said }；目前暂停计时，恢复后到期日顺延。
clock-due = { $said }，{ $due }到期。

## The command line.

inspection-left = 剩余 { $days } 天 { $hours } 小时 { $minutes } 分
inspection-late = 逾期 { $days } 天 { $hours } 小时 { $minutes } 分

## Days and headings in mails and calendars.

date = { $year }年{ $month }月{ $day }日
reply_heading-supplement = 【补充答复】
reply_heading-correction = 【更正】
publication-submitter_refuses = 来信人不同意公开
holiday_name-day_off = 放假
holiday_name-make_up = 调休

## Legal grounds.

legal_ground-litigation = 已进入诉讼程序（{ $law }）
legal_ground-administrative_review = 已进入行政复议程序（{ $law }）
legal_ground-judicial_or_audit_proceeding = 正由有关机关依法办理（{ $law }）

## Mails: the subject and the text of each kind of notice. An empty line ends a paragraph; a paragraph of which nothing is left goes.
## What is absent is "none"; days are written out; a list stands as its lines, with its length in NAME_count.

mail_signature = 本邮件由{ $site_name }系统自动发送，请勿直接回复。
mail-greeting = 您好：
mail-look_up = { $portal_link ->
        [none] 凭编号和查询码，可随时在提交来信的网站查看办理情况。
       *[other] 凭编号和查询码，可随时在 { $portal_link } 查看办理情况。
    }
mail-desk = { $desk_link ->
        [none] 请登录工作台处理。
       *[other] 请登录工作台处理：{ $desk_link }
    }
mail-level = { $level ->
        [l0] { alarm_name-l0 }
        [l1] { alarm_name-l1 }
        [l2] { alarm_name-l2 }
       *[other] { alarm_name-l3 }
    }
mail-order_step = { $step ->
        [issued] 下达
        [reminder] 临期提醒
        [overdue] 逾期
        [answered] 已反馈
        [returned] 退回重办
       *[other] 办结
    }
mail-reply_due = { $reply_due_on ->
        [none] { "" }
       *[other] 我们将在 { $reply_due_on }（含当日）前答复您。
    }
mail-due = { $due_on ->
        [none] { "" }
       *[other] 我们将在 { $due_on }（含当日）前答复您。
    }
mail-title = { $title ->
        [none] { "" }
       *[other] 《{ $title }》
    }
mail_line-none = 无

mail_subject-receipt = 【{ $site_name }】已收到您的来信（{ $reference }）
mail_text-receipt =
    { mail-greeting }

    您的来信已收到，编号为 { $reference }。

    { mail-reply_due }

    { mail-look_up }

    查询码仅在提交时显示一次，请妥善保管。我们不会以任何方式向您索要查询码。

mail_subject-question = 【{ $site_name }】请补充有关情况（{ $reference }）
mail_text-question =
    { mail-greeting }

    为了办理您的来信（编号 { $reference }），我们需要向您进一步了解有关情况。请{ $answer_by_on ->
        [none] { "" }
       *[other] 于 { $answer_by_on }（含当日）前
    }查看并回答我们的问题。

    { mail-look_up }

    等待您补充期间，办理期限暂停计算。逾期未补充的，来信可能按无法办理办结，您之后仍可申请重新办理。

mail_subject-reply_sent = 【{ $site_name }】您的来信已有答复（{ $reference }）
mail_text-reply_sent =
    { mail-greeting }

    您的来信（编号 { $reference }）已答复，请查看答复内容，并欢迎{ $rate_by_on ->
        [none] { "" }
       *[other] 于 { $rate_by_on }（含当日）前
    }对办理情况作出评价。

    { mail-look_up }

    如对答复不满意，您可以在评价时申请重新办理。

mail_subject-supplement = 【{ $site_name }】您的来信有补充答复（{ $reference }）
mail_text-supplement =
    { mail-greeting }

    对您的来信（编号 { $reference }）的答复有补充或更正，请您查看。

    { mail-look_up }

mail_subject-interim_reply = 【{ $site_name }】您的来信办理进展（{ $reference }）
mail_text-interim_reply =
    { mail-greeting }

    您的来信（编号 { $reference }）有了阶段性答复，请您查看。

    { $reply_due_on ->
        [none] { "" }
       *[other] 正式答复将在 { $reply_due_on }（含当日）前作出。
    }

    { mail-look_up }

mail_subject-extended = 【{ $site_name }】您的来信延期答复告知（{ $reference }）
mail_text-extended =
    { mail-greeting }

    您的来信（编号 { $reference }）情况较为复杂，经批准延长办理期限，延期理由请见来信页面。

    { mail-due }

    { mail-look_up }

    由此给您带来不便，敬请谅解。

mail_subject-held = 【{ $site_name }】您的来信依法中止办理（{ $reference }）
mail_text-held =
    { mail-greeting }

    您的来信（编号 { $reference }）所反映的事项{ $ground ->
        [litigation] 已进入诉讼程序
        [administrative_review] 已进入行政复议程序
       *[other] 正由有关机关依法办理
    }，依法中止办理，答复期限同时暂停计算。

    恢复办理后，我们将告知您新的答复期限。

    { mail-look_up }

mail_subject-released = 【{ $site_name }】您的来信恢复办理（{ $reference }）
mail_text-released =
    { mail-greeting }

    您的来信（编号 { $reference }）已恢复办理，中止期间不计入答复期限。

    { mail-due }

    { mail-look_up }

mail_subject-declined = 【{ $site_name }】您的来信不予受理告知（{ $reference }）
mail_text-declined =
    { mail-greeting }

    经审核，您的来信（编号 { $reference }）不属于本平台受理范围。不予受理的依据、理由以及可以反映的渠道，请见来信页面。

    { mail-look_up }

mail_subject-transferred_out = 【{ $site_name }】您的来信已转送{ $recipient }（{ $reference }）
mail_text-transferred_out =
    { mail-greeting }

    您的来信（编号 { $reference }）反映的事项属于{ $recipient }的职责范围，我们已转送该单位办理。

    { $contact ->
        [none] { "" }
       *[other] 该单位的联系方式：{ $contact }
    }

    { mail-look_up }

mail_subject-no_answer = 【{ $site_name }】您的来信已办结（{ $reference }）
mail_text-no_answer =
    { mail-greeting }

    我们曾就您的来信（编号 { $reference }）请您补充有关情况，至今未收到您的回复，现予以办结。如仍需办理，您可以申请重新办理。

    { mail-look_up }

mail_subject-reopened = 【{ $site_name }】您的来信已重新办理（{ $reference }）
mail_text-reopened =
    { mail-greeting }

    您的来信（编号 { $reference }）已重新进入办理程序，并将由不同的人员审核答复。

    { mail-reply_due }

    { mail-look_up }

mail_subject-withdrawn = 【{ $site_name }】您的来信已撤回（{ $reference }）
mail_text-withdrawn =
    { mail-greeting }

    您的来信（编号 { $reference }）已撤回，不再办理。

    如果撤回并非您本人操作，请尽快与我们联系，或者重新提交来信。

    { mail-look_up }

mail_subject-merged = 【{ $site_name }】您的来信已并案办理（{ $reference }）
mail_text-merged =
    { mail-greeting }

    您提交的来信（编号 { $reference }）与编号 { $into } 的来信反映同一事项，已合并办理，答复将统一发至编号 { $into } 的来信。

    { mail-look_up }

mail_subject-due_corrected = 【{ $site_name }】您的来信答复期限更正（{ $reference }）
mail_text-due_corrected =
    { mail-greeting }

    因节假日安排或办理时限更正，您的来信（编号 { $reference }）的答复期限相应调整。

    { mail-due }

    { mail-look_up }

    由此给您带来不便，敬请谅解。

mail-letter_title = { $title ->
        [none] { "" }
       *[other] 《{ $title }》
    }
mail_subject-alarm = 【{ mail-level }】工单 { $reference }（{ $department }）
mail_text-alarm =
    { mail-greeting }

    来信编号：{ $reference }{ mail-letter_title }
    承办单位：{ $department }
    办理期限：{ $due_on }
    预警级别：{ mail-level }

    { $step ->
        [snooze_ended] 暂缓提醒的时间已到，现再次提醒。
        [raised] 下一级未在规定时间内确认，现上报给您。
       *[other] { "" }
    }

    { mail-desk }

    处理后请确认收到本次预警。

mail_subject-alarm_digest = 【预警汇总】{ $items_count } 件来信需要处理
mail_line-items = { $number }. { $reference }{ $title ->
        [none] { "" }
       *[other] 　{ $title }
    }　{ mail-level }　期限 { $due_on }　{ $department }{ $step ->
        [raised] （逾时无人确认，上报）
        [snooze_ended] （暂缓期满）
       *[other] { "" }
    }{ $desk_link ->
        [none] { "" }
       *[other] { "　" }{ $desk_link }
    }
mail_text-alarm_digest =
    { mail-greeting }

    以下 { $items_count } 件来信需要处理：

    { $items }

    { mail-desk }

    处理后请逐件确认收到预警。

mail_subject-morning_brief = 【领导专报】{ $brief_on }：新增 { $new_count } 件，超期未办结 { $overdue_count } 件
mail_line-figures = { $from_on } 至 { $to_on }：收到来信 { $received } 件，答复 { $answered } 件，其中按期 { $answered_on_time } 件
mail_line-new_items = { $reference }　{ mail-title }{ $department }　期限 { $due_on }，已超 { $working_days_late } 个工作日
mail_line-overdue_items = { $department }：{ $count } 件，最早的期限为 { $oldest_due_on }
mail_line-repeated_items = { $reference }　{ $department }　延期 { $extensions } 次，重办 { $reopenings } 次
mail_line-order_items = { $reference }　{ mail-title }{ $department }　期限 { $due_on }，已超 { $working_days_late } 个工作日
mail_text-morning_brief =
    { $brief_on } 晨报

    { $figures ->
        [none] { "" }
       *[other] { $figures }
    }

    一、新进入领导专报的来信：{ $new_count } 件
    { $new_items }

    二、超期未办结：{ $overdue_count } 件
    { $overdue_items }

    三、第二次延期或第三次重办：{ $repeated_count } 件
    { $repeated_items }

    四、逾期未反馈的督办单：{ $order_count } 件
    { $order_items }

    { mail-desk }

mail_subject-supervision = 【督办单{ mail-order_step }】{ $reference }（{ $department }）
mail_text-supervision =
    { mail-greeting }

    来信编号：{ $reference }
    承办单位：{ $department }
    反馈期限：{ $due_on }
    督办单状态：{ mail-order_step }

    { mail-desk }

mail_subject-sweep_paused = 【预警暂停】一分钟内触发 { $count } 件预警，超过上限 { $limit } 件
mail_text-sweep_paused =
    { mail-greeting }

    { $paused_on }，一分钟内触发了 { $count } 件预警，超过设定的上限 { $limit } 件，预警扫描已在所有实例上暂停。

    请先查明原因（例如系统时间有误、停机后积压、时限配置改动）。确认无误后，由系统管理员或督办人员恢复扫描并说明理由：
    POST /v1/staff/sweep/actions/resume

    恢复后，积压的预警会继续触发，不会遗漏。

mail_subject-calendar_missing = 【{ $site_name }】请录入{ $year }年节假日安排
mail_text-calendar_missing =
    { mail-greeting }

    工作日历目前只公布到 { $last_on }，尚缺{ $year }年的节假日安排。此后到期的时限暂按周一至周五推算，可能有误。

    请在国务院办公厅通知发布后导入：huiyin calendar import，再提交重算方案，由另一人批准。

mail_subject-recalculation_digest = 【时限重算】{ $department }：{ $moved } 项时限已调整
mail_text-recalculation_digest =
    { mail-greeting }

    日历或时限的新版本自 { $since_on } 起生效，{ $department }正在办理的 { $moved } 项时限已重算：提前 { $earlier } 项，推后 { $later } 项。
    涉及来信：{ $references }{ $has_more ->
        [true] 、……
       *[other] { "" }
    }

    { mail-desk }

mail_subject-sign_in_storm = 【安全提醒】账号 { $username } 出现多次错误密码
mail_text-sign_in_storm =
    { mail-greeting }

    几分钟内，您的账号 { $username } 出现了 { $failures } 次错误密码。账号没有被锁定：在您曾经登录过的设备上可照常登录；在新设备上，请待尝试停止一分钟后再登录。

    若非本人操作，请告知系统管理员。除非密码可能已泄露，否则无须更改密码。

mail_subject-activation_code = 账号 { $username } 的一次性激活码
mail_text-activation_code =
    { mail-greeting }

    请在 { $hours } 小时内用以下一次性激活码为您的账号 { $username } 设置密码（仅可使用一次）：{ $code }

    该账号的所有会话已结束，先前的激活码已作废。如果这不在您的预料之中，请告知另一位系统管理员：有人为您的账号申请了新密码。

mail_subject-account_request = 【待审批】账号 { $username } 的申请需第二位管理员确认
mail_text-account_request =
    { mail-greeting }

    { $role ->
        [none] 一位管理员申请为账号 { $username } 发送新的一次性激活码。
       *[other] 一位管理员申请为账号 { $username } 授予角色 { $role }。
    }

    该申请须由另一位管理员在 72 小时内审批：GET /v1/staff-account-requests。审批前请先与本人核实。

mail_subject-break_glass = 【安全提醒】命令行为管理员 { $username } 生成了激活码
mail_text-break_glass =
    { mail-greeting }

    有人在服务器的命令行为系统管理员 { $username } 生成了一次性激活码，该账号的会话已全部结束。

    若事先无人告知，请立即查明原因。

mail_subject-access_code = 【{ $site_name }】新的查询码（{ $reference }）
mail_text-access_code =
    { mail-greeting }

    您申请了来信 { $reference } 的新查询码：{ $code }

    原查询码已作废。如果不是您本人申请，无须任何操作：新查询码只在这封邮件里。

    { mail-look_up }

mail_subject-access_code_replaced = 【{ $site_name }】查询码已更换（{ $reference }）
mail_text-access_code_replaced =
    { mail-greeting }

    工作人员在核实身份后，应申请为您的来信 { $reference } 更换了查询码，原查询码已作废。

    如果不是您本人申请，请立即与我们联系。
