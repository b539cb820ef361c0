-- Fills the database of `huiyin demo` with tickets for scripts/bench: closed and answered ones, of which the newest are
-- published, and after them open ones of one department, two running clocks each. Variables: department (its code), first
-- (the number of the first ticket), closed, open, published.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET timezone = 'UTC';
SET synchronous_commit = off;
SET work_mem = '128MB';

BEGIN;

-- An identifier as the application makes them: ordered by time. `tag` tells apart what belongs to one letter.
CREATE FUNCTION pg_temp.identifier(at timestamptz, tag integer, number integer) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0')
        || '7' || lpad(to_hex(tag), 3, '0') || '8' || lpad(to_hex(number), 15, '0'))::uuid
$$;

-- src/rules/reference.rs: the check digit, in the field of 32 elements.
CREATE FUNCTION pg_temp.with_check_digit(number text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    total integer := 0;
    code integer;
BEGIN
    FOR place IN 1..length(number) LOOP
        code := ascii(substr(number, place, 1));
        CONTINUE WHEN code = 45;
        total := (total # (code - CASE WHEN code >= 65 THEN 65 ELSE 48 END)) << 1;
        total := CASE WHEN total & 32 = 0 THEN total ELSE total # 37 END;
    END LOOP;
    RETURN number || '-' || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', total + 1, 1);
END $$;

CREATE FUNCTION pg_temp.behind_its_length(field text) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT int8send(octet_length(field)) || convert_to(field, 'UTF8')
$$;

-- src/rules/history.rs: the hash of an event, chained to the one before it.
CREATE FUNCTION pg_temp.chain(previous bytea, sequence integer, kind text, at timestamptz, actor text, data text)
    RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(previous || pg_temp.behind_its_length(sequence::text) || pg_temp.behind_its_length(kind)
        || pg_temp.behind_its_length(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
        || pg_temp.behind_its_length(actor) || pg_temp.behind_its_length(data))
$$;

-- The words that letters are made of.
CREATE TEMP TABLE word AS SELECT
    ARRAY['锦绣家园','滨河花园','东风小区','幸福里','阳光新城','翠湖名苑','金桂苑','和平里','建设新村','文昌苑','梧桐雅居',
        '水岸华庭','南苑社区','北关街道','城关街道','云山路','人民路','解放大道','青年路','环城西路','开发区','高铁新区',
        '老纺织厂宿舍','铁路家属院','市一中周边','实验小学门口','中心医院附近','农贸市场','河西村','柳林镇'] AS places,
    ARRAY['供暖温度不达标','自来水停水','水压太低','夜间施工噪音','路灯不亮','井盖松动','道路坑洼积水','垃圾清运不及时',
        '停车位被占用','公交班次太少','电梯经常故障','物业费收取不合理','房屋漏水','燃气管道老化','医保报销缓慢','社保转移手续',
        '公积金贷款审批','学区划分','校车接送','养老院收费','油烟扰民','广场舞音响过大','违章搭建','占道经营','污水排入河道',
        '黑烟和异味','不动产证办理','户口迁移','拖欠工资','绿化带枯死','公共厕所卫生','快递柜占用通道','电动车飞线充电',
        '宠物粪便无人清理','红绿灯时间设置','出租车拒载','旅游景区乱收费','图书馆开放时间','维修基金使用','农村道路硬化']
        AS subjects,
    ARRAY['已经持续半个多月','每到晚上更加严重','上周打过热线没有结果','影响老人和孩子出行','多户居民都有同样的情况',
        '去年也出现过一次','联系物业多次没有答复','雨天情况更糟','现场可以看到明显的损坏','工作人员说不归他们管',
        '已经有人因此摔伤','附近商户也很不满','冬天室内只有十四度','孩子上学很不方便','窗口让我跑了三趟'] AS details,
    ARRAY['请尽快安排人员到现场查看并给出整改时间','希望有关部门协调解决','请说明政策依据和办理流程','建议统一规划、加强日常巡查',
        '请公布负责单位和联系电话','希望答复何时能够完成','请依法查处并反馈结果','恳请领导关注民生'] AS wishes,
    ARRAY['我单位高度重视，已派工作人员到现场核实','经调查，您反映的情况属实','接到来信后，我局立即联系相关单位',
        '经与产权单位沟通，问题原因已经查明','根据有关规定，现将办理情况答复如下'] AS findings,
    ARRAY['目前已完成维修，请您留意使用情况','计划于下月底前完成改造','已责令责任单位限期整改并进行回访',
        '今后将加强巡查，避免同类问题再次发生','如仍有疑问，可到服务窗口咨询，我们将安排专人对接'] AS measures;

CREATE TEMP TABLE category_line AS
WITH RECURSIVE line AS (
    SELECT id, ARRAY[code] AS path, code, name, name_en, kinds FROM category WHERE parent_id IS NULL
    UNION ALL
    SELECT category.id, path || category.code, category.code, category.name, category.name_en, category.kinds
    FROM category JOIN line ON category.parent_id = line.id)
SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM line WHERE cardinality(path) > 1;

CREATE TEMP TABLE department_line AS
WITH RECURSIVE line AS (
    SELECT id, ARRAY[code] AS path, code, name, name_en, is_dispatchable FROM department WHERE parent_id IS NULL
    UNION ALL
    SELECT department.id, path || department.code, department.code, department.name, department.name_en,
        department.is_dispatchable
    FROM department JOIN line ON department.parent_id = line.id)
SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM line WHERE is_dispatchable;

CREATE TEMP TABLE letter AS
WITH numbered AS (
    SELECT i, i >= :first + :closed AS is_open,
        date_trunc('second', now()) - CASE WHEN i >= :first + :closed THEN interval '2 days' + i % 1000 * interval '1 minute'
            ELSE interval '10 days' + (:first + :closed - i) * interval '15 minutes' END AS received_at,
        hashint4(i) & 2147483647 AS h1, hashint4(i + 1000003) & 2147483647 AS h2, hashint4(i + 2000003) & 2147483647 AS h3
    FROM generate_series(:first, :first + :closed + :open - 1) AS i)
SELECT n.*,
    pg_temp.identifier(n.received_at, 1, i) AS ticket_id,
    pg_temp.identifier(n.received_at, 2, i) AS work_order_id,
    pg_temp.identifier(n.received_at, 3, i) AS reply_clock_id,
    pg_temp.identifier(n.received_at, 4, i) AS order_clock_id,
    pg_temp.identifier(n.received_at, 5, i) AS reply_id,
    pg_temp.identifier(n.received_at, 6, i) AS publication_id,
    pg_temp.with_check_digit('HY-' || to_char(n.received_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MMDD-') || 100000 + i)
        AS reference,
    n.received_at + interval '4 days' AS answered_at,
    (now() AT TIME ZONE 'Asia/Shanghai')::date + 10 + i % 30 AS due_on,
    c.id AS category_id, c.code AS category_code, c.path AS category_path, c.name AS category_name,
    c.name_en AS category_name_en, c.kinds[1 + h1 % cardinality(c.kinds)] AS kind,
    d.id AS department_id, d.path AS department_path, d.name AS department_name, d.name_en AS department_name_en,
    w.places[1 + h1 % 30] || w.subjects[1 + h2 % 40] AS title,
    '您好！我是' || w.places[1 + h1 % 30] || '的居民，现反映' || w.subjects[1 + h2 % 40] || '的问题，' || w.details[1 + h3 % 15] || '，'
        || w.details[1 + (h3 / 15) % 15] || '。另外，' || w.places[1 + (h2 / 40) % 30] || '也有' || w.subjects[1 + (h1 / 30) % 40]
        || '的情况，' || w.details[1 + (h1 / 1200) % 15] || '。' || w.wishes[1 + h3 % 8] || '，' || w.wishes[1 + (h2 / 1200) % 8]
        || '。谢谢！' AS body,
    '尊敬的市民：您好！您反映的' || w.places[1 + h1 % 30] || w.subjects[1 + h2 % 40] || '一事收悉。' || w.findings[1 + h3 % 5] || '。'
        || w.findings[1 + (h2 / 77) % 5] || '，' || w.measures[1 + h1 % 5] || '。' || w.measures[1 + (h3 / 7) % 5]
        || '。感谢您对我们工作的支持和监督！' AS answer
FROM numbered AS n
CROSS JOIN word AS w
JOIN category_line AS c ON c.place = n.h3 % (SELECT count(*) FROM category_line)
JOIN department_line AS d ON CASE WHEN n.is_open THEN d.code = :'department'
    ELSE d.place = n.h2 % (SELECT count(*) FROM department_line) END;
CREATE INDEX ON letter (i);
ANALYZE letter;

-- One event for what came answered from elsewhere, four for what is at work here.
CREATE TEMP TABLE happening AS
WITH first AS (
    SELECT i, ticket_id, is_open, 1 AS sequence, CASE WHEN is_open THEN 'submitted' ELSE 'imported' END AS kind,
        received_at AS occurred_at, CASE WHEN is_open THEN 'citizen' ELSE 'system' END AS actor,
        format('{"category":"%s"}', category_code) AS data
    FROM letter),
first_hashed AS (
    SELECT *, pg_temp.chain(decode(repeat('00', 32), 'hex'), 1, kind, occurred_at, actor || ':', data) AS hash FROM first),
second_hashed AS (
    SELECT i, ticket_id, is_open, 2, 'accepted', occurred_at + interval '1 hour', 'system', '{}',
        pg_temp.chain(hash, 2, 'accepted', occurred_at + interval '1 hour', 'system:', '{}') AS hash
    FROM first_hashed WHERE is_open),
third_hashed AS (
    SELECT i, ticket_id, is_open, 3, 'dispatched', base.received_at + interval '2 hours', 'system',
        format('{"department":"%s"}', :'department'),
        pg_temp.chain(hash, 3, 'dispatched', base.received_at + interval '2 hours', 'system:',
            format('{"department":"%s"}', :'department')) AS hash
    FROM second_hashed JOIN letter AS base USING (i, ticket_id, is_open)),
fourth_hashed AS (
    SELECT i, ticket_id, is_open, 4, 'signed', base.received_at + interval '3 hours', 'system', '{}',
        pg_temp.chain(hash, 4, 'signed', base.received_at + interval '3 hours', 'system:', '{}') AS hash
    FROM third_hashed JOIN letter AS base USING (i, ticket_id, is_open))
SELECT * FROM first_hashed UNION ALL SELECT * FROM second_hashed UNION ALL SELECT * FROM third_hashed
UNION ALL SELECT * FROM fourth_hashed;
CREATE INDEX ON happening (i, sequence);
ANALYZE happening;

INSERT INTO ticket (id, reference, access_code_hash, kind, channel, category_id, title, body, locale, state, outcome,
    department_id, lead_work_order_id, citizen_clock_id, due_at, source, source_reference, received_at, answered_at,
    ended_at, event_count, event_hash)
SELECT l.ticket_id, reference, sha256(reference::bytea), l.kind, CASE WHEN l.is_open THEN 'web' ELSE 'import' END, category_id,
    title, body, 'zh-CN', CASE WHEN l.is_open THEN 'in_progress' ELSE 'closed' END,
    CASE WHEN l.is_open THEN NULL ELSE 'resolved' END, department_id,
    CASE WHEN l.is_open THEN work_order_id END, CASE WHEN l.is_open THEN reply_clock_id END,
    CASE WHEN l.is_open THEN (due_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' END,
    CASE WHEN NOT l.is_open THEN 'bench' END, CASE WHEN NOT l.is_open THEN l.i::text END, received_at,
    CASE WHEN l.is_open THEN NULL ELSE answered_at END, CASE WHEN l.is_open THEN NULL ELSE answered_at END,
    last.sequence, last.hash
FROM letter AS l JOIN happening AS last ON last.i = l.i AND last.sequence = CASE WHEN l.is_open THEN 4 ELSE 1 END
ORDER BY l.i;

INSERT INTO ticket_event (ticket_id, sequence, kind, occurred_at, actor_kind, data, hash)
SELECT ticket_id, sequence, kind, occurred_at, actor, data::jsonb, hash FROM happening ORDER BY i, sequence;

-- Nobody can open these envelopes; they only weigh what real ones weigh.
INSERT INTO submitter (ticket_id, sealed, phone_index)
SELECT ticket_id, sha256(ticket_id::text::bytea) || sha256(reference::bytea) || sha256(title::bytea), sha256(h1::text::bytea)
FROM letter ORDER BY i;

INSERT INTO work_order (id, ticket_id, cycle, department_id, role, status, issued_at, signed_at, ended_at)
SELECT work_order_id, ticket_id, 1, department_id, 'lead', CASE WHEN is_open THEN 'signed' ELSE 'accepted' END,
    received_at + interval '2 hours', received_at + interval '3 hours', CASE WHEN NOT is_open THEN answered_at END
FROM letter ORDER BY i;

INSERT INTO clock (id, ticket_id, work_order_id, department_id, cycle, metric, limit_code, policy_code, policy_version,
    calendar_code, calendar_version, amount, anchor_on, due_on, due_at, is_provisional, status, started_at, ended_at,
    next_alarm_at)
SELECT CASE metric WHEN 'reply' THEN reply_clock_id ELSE order_clock_id END, ticket_id,
    CASE metric WHEN 'work_order' THEN work_order_id END, CASE metric WHEN 'work_order' THEN department_id END, 1, metric,
    metric, 'default', 1, 'cn', 1, 5, received_at::date, due.day,
    (due.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai', false, CASE WHEN is_open THEN 'running' ELSE 'stopped' END,
    received_at, CASE WHEN NOT is_open THEN answered_at END,
    CASE WHEN is_open THEN (due.day - 1)::timestamp AT TIME ZONE 'Asia/Shanghai' + interval '9 hours' END
FROM letter CROSS JOIN (VALUES ('reply'), ('work_order')) AS of (metric)
CROSS JOIN LATERAL (SELECT CASE WHEN is_open THEN due_on ELSE answered_at::date + 1 END AS day) AS due
ORDER BY i;

INSERT INTO reply (id, ticket_id, cycle, kind, status, origin, body, outcome, created_at, sent_at)
SELECT reply_id, ticket_id, 1, 'final', 'sent', 'import', answer, 'resolved', answered_at, answered_at
FROM letter WHERE NOT is_open ORDER BY i;

-- The newest of the closed ones are published; the very last one bears a word by which the search index is seen to have
-- followed.
CREATE TEMP TABLE shown AS
SELECT letter.*, row_number() OVER (ORDER BY i) AS place, extract(year FROM now())::smallint AS year,
    pg_temp.with_check_digit(format('GK-%s-%s', extract(year FROM now())::integer, 100000 + i)) AS public_no,
    CASE WHEN i = :first + :closed - 1 THEN title || '龘靐齉爩' ELSE title END AS public_title
FROM letter WHERE NOT is_open AND i >= :first + :closed - :published;

SELECT pg_advisory_xact_lock(x'0068757970750001'::bigint);
INSERT INTO public_number_year (year, next_number) SELECT max(year), 100000 + max(i) + 1 FROM shown HAVING count(*) > 0
    ON CONFLICT (year) DO UPDATE SET next_number = excluded.next_number;
INSERT INTO publication (id, ticket_id, reference, public_no, kind, category_id, department_id, received_on, answered_on,
    status, revision, published_revision, created_at, updated_at)
SELECT publication_id, ticket_id, reference, public_no, kind, category_id, department_id, received_at::date,
    answered_at::date, 'published', 1, 1, answered_at, answered_at FROM shown ORDER BY i;
INSERT INTO publication_revision (publication_id, number, origin, status, title, question, answer, answer_digest, created_at,
    published_at)
SELECT publication_id, 1, 'import', 'published', public_title, body, answer, text_digest(answer), answered_at, answered_at
FROM shown ORDER BY i;
INSERT INTO published_entry (public_no, publication_id, revision, kind, category_path, category_name, category_name_en,
    department_path, department_name, department_name_en, title, question, answer, received_on, answered_on, published_at,
    change_no)
SELECT public_no, publication_id, 1, kind, category_path, category_name, category_name_en, department_path, department_name,
    department_name_en, public_title, body, answer, received_at::date, answered_at::date, answered_at,
    place + (SELECT coalesce(max(change_no), 0) FROM publication_change)
FROM shown ORDER BY i;
INSERT INTO publication_change (change_no, public_no, op)
SELECT change_no, public_no, 'upsert' FROM published_entry WHERE publication_id IN (SELECT publication_id FROM shown)
ORDER BY change_no;

COMMIT;
