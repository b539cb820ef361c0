-- Requests for wrk. BENCH_MODE is "submit", or "get" with BENCH_PATHS, a file with one path a line. At the end it prints one
-- line: requests, microseconds, p50, p99 (both in microseconds), failed requests.

local threads = 0

function setup(thread)
    threads = threads + 1
    thread:set("thread_number", threads)
end

local places = { "锦绣家园", "滨河花园", "东风小区", "幸福里", "阳光新城", "翠湖名苑", "金桂苑", "和平里", "人民路", "柳林镇" }
local subjects = { "供暖温度不达标", "自来水停水", "夜间施工噪音", "路灯不亮", "道路坑洼积水", "停车位被占用", "公交班次太少",
    "电梯经常故障", "物业费收取不合理", "医保报销缓慢", "学区划分", "油烟扰民", "不动产证办理" }

local mode, run, category = os.getenv("BENCH_MODE"), os.getenv("BENCH_RUN"), os.getenv("BENCH_CATEGORY")
local counter = 0
local prepared = {}

local function submit()
    counter = counter + 1
    local place, subject = places[counter % #places + 1], subjects[counter % #subjects + 1]
    local body = string.format(
        '{"kind":"complaint","category":"%s","title":"%s%s","body":"您好！我是%s的居民，现反映%s的问题，已经持续半个多月，'
            .. '多户居民都有同样的情况，上周打过热线没有结果。请尽快安排人员到现场查看并给出整改时间。第%d封，谢谢！",'
            .. '"submitter":{"name":"李明","phone":"139%08d"}}',
        category, place, subject, place, subject, counter, counter)
    local headers = {
        ["Content-Type"] = "application/json",
        ["Idempotency-Key"] = string.format("%s-%d-%d", run, thread_number, counter),
    }
    return wrk.format("POST", "/v1/tickets", headers, body)
end

local function get()
    counter = counter % #prepared + 1
    return prepared[counter]
end

function init()
    if mode == "submit" then
        request = submit
        return
    end
    local headers = { ["Accept-Language"] = "zh-CN" }
    local token = os.getenv("BENCH_TOKEN")
    if token and token ~= "" then
        headers["Authorization"] = "Bearer " .. token
    end
    for path in io.lines(os.getenv("BENCH_PATHS")) do
        prepared[#prepared + 1] = wrk.format("GET", path, headers)
    end
    request = get
end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    print(string.format("bench %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50),
        latency:percentile(99), failed))
end
