//! The words that announce personal data or speak against it: the one place for them. They are compared with plain,
//! simplified, lower-case text, so that each is written once and in that form.

/// What a word announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Cue {
    /// A telephone number follows.
    Phone,
    /// The number or address beside it is a private one.
    Private,
    /// The number beside it is that of an office.
    Office,
    /// An identity number follows.
    Identity,
    /// The number of an account or card follows.
    Card,
    /// A licence plate follows.
    Plate,
    /// A military plate follows.
    MilitaryPlate,
    /// The number of a document follows.
    Document,
    /// An account with a messenger follows or stands before.
    Messenger,
    /// A number of the messenger QQ follows or stands before.
    MessengerNumber,
    /// A mail address follows.
    Mail,
    /// A person's name follows, whatever it looks like.
    NameLabel,
    /// A person's name may follow.
    NameHint,
    /// A private address follows.
    Home,
    /// An amount of money follows.
    Money,
}

/// Every cue, by what it announces.
#[rustfmt::skip]
pub(super) const CUES: &[(Cue, &[&str])] = &[
    (
        Cue::Phone,
        &[
            "电话", "座机", "固话", "致电", "拨打", "来电", "回电", "传真", "联系方式", "联系我", "手机", "号码", "tel", "phone", "mobile", "call",
        ],
    ),
    (
        Cue::Private,
        &[
            "我家", "家里", "家中", "宅电", "住宅电话", "本人", "个人", "我的", "我电话", "我手机", "父亲", "母亲", "妻子", "丈夫", "爱人", "我爸", "我妈", "老公", "老婆", "邻居", "亲戚", "朋友",
            "来电人", "举报人", "投诉人", "反映人", "其电话", "其家", "他家", "她家", "房东", "家属",
        ],
    ),
    (
        Cue::Office,
        &[
            "热线", "办公", "大厅", "局", "窗口", "物业", "政务", "中心", "委员会", "住建委", "卫健委", "发改委", "教委", "居委", "村委", "街道办", "政府", "人社", "公司", "银行", "支行", "客服",
            "咨询电话", "投诉电话", "举报电话", "监督电话", "服务电话", "值班", "报修", "受理", "社区", "派出所", "交警", "公安", "法院", "检察", "医院", "卫生院", "门诊", "学校", "小学", "中学", "大学",
            "学院", "幼儿园", "科室", "科长", "处室", "单位", "部门", "营业厅", "营业", "售楼", "酒店", "超市", "车站", "客运", "服务站", "管理处", "管理站", "管理所", "事务所", "供电所", "自来水",
            "燃气", "供热", "供暖", "热力", "电力", "供电", "水务", "公积金", "社保", "医保", "税务", "工商", "市监", "城管", "执法", "信访", "纪委", "监察", "仲裁", "研究院", "协会", "集团",
            "厂", "店", "科:", "股:", "办:", "室:", "处:", "所:", "站:", "部:", "我局", "我委", "我办", "我中心", "我院", "我校", "我公司", "官方", "公示", "网点", "平台",
            "信箱", "部电话", "科电话", "处电话", "所电话", "站电话", "办电话", "室电话", "院电话",
        ],
    ),
    (
        Cue::Identity,
        &["身份证", "身份号", "证件号", "公民身份", "身份信息", "sfz", "身分证", "id card", "idcard"],
    ),
    (
        Cue::Card,
        &[
            "银行卡", "卡号", "账号", "账户", "帐号", "帐户", "存折", "信用卡", "储蓄卡", "借记卡", "工资卡", "社保卡", "一卡通", "收款账", "工行", "农行", "建行", "中行", "交行", "邮储", "信用社",
            "农商行", "yhk",
        ],
    ),
    (Cue::Plate, &["车牌", "车号", "牌照", "号牌", "牌号"]),
    (Cue::MilitaryPlate, &["军车", "军牌", "武警", "部队", "车牌", "号牌", "牌照", "军用"]),
    (
        Cue::Document,
        &[
            "护照", "通行证", "台胞证", "回乡证", "军官证", "士兵证", "士官证", "警官证", "文职证", "驾驶证", "驾照", "行驶证", "居住证", "居留证", "残疾证", "残疾人证", "社保号", "医保号", "医保卡号",
            "社会保障号", "准考证", "考生号", "学号", "学籍号", "工作证", "结婚证", "离婚证", "出生证", "出生医学证明", "房产证", "不动产证", "户口本", "户口簿", "户籍号", "退伍证", "优待证", "老年证", "执业证",
            "资格证", "签证", "港澳证", "病历号", "住院号", "就诊卡", "就诊号", "档案号", "passport", "permit",
        ],
    ),
    (
        Cue::Messenger,
        &[
            "微信", "wx", "vx", "v信", "v号", "加v", "+v", "v:", "➕v", "薇信", "薇:", "w x", "v x", "卫星号", "威信", "徽信", "微伈", "微x", "加薇", "加微", "wechat",
            "weixin", "钉钉", "飞书", "抖音", "快手", "小红书", "微博", "支付宝", "陌陌", "telegram", "电报", "tg:", "tg号", "whatsapp", "skype", "line:", "line号",
            "facebook", "twitter", "贴吧id", "b站", "微聊", "旺旺",
        ],
    ),
    (
        Cue::MessengerNumber,
        &[
            "qq", "扣扣", "球球", "企鹅", "q号", "q:", "加q", "加群", "q群", "群号", "q q", "抠抠", "叩叩", "秋秋",
        ],
    ),
    (Cue::Mail, &["邮箱", "邮件", "email", "e-mail", "mail", "电邮", "伊妹儿"]),
    (
        Cue::NameLabel,
        &[
            "姓名", "名字", "我叫", "名叫", "叫做", "本名", "真名", "联系人", "联络人", "收件人", "收货人", "户名", "开户人", "户主", "署名", "申请人", "举报人", "投诉人", "反映人", "来访人", "来信人",
            "写信人", "报料人", "当事人", "受害人", "被害人", "伤者", "死者", "法人代表", "法定代表人", "监护人", "委托人", "代理人", "当事者", "报案人", "信访人", "求助人", "诉求人", "来电人", "留言人",
            "咨询人", "name", "报修人", "签名", "举报者", "投诉者", "反映者", "求助者", "登记人", "办理人", "参保人", "持卡人", "缴费人", "写信者", "被投诉人", "被举报人", "责任人", "负责人", "经办人",
            "承租人", "出租人",
        ],
    ),
    (
        Cue::NameHint,
        &[
            "我是", "本人", "患者", "病人", "业主", "车主", "房主", "房东", "租客", "学生", "考生", "家长", "孩子叫", "孩子", "儿子", "女儿", "丈夫", "妻子", "老公", "老婆", "爱人", "父亲",
            "母亲", "我爸", "我妈", "老人", "孕妇", "家属", "爷爷", "奶奶", "哥哥", "弟弟", "姐姐", "妹妹", "邻居", "同事", "村民", "居民", "市民", "职工", "员工", "司机", "驾驶员", "老板",
            "包工头", "叫", "村主任", "队长", "组长",
        ],
    ),
    (
        Cue::Home,
        &[
            "家住", "住址", "住在", "我住", "本人住", "现住", "居住在", "居住于", "居住地址", "家在", "户籍地", "户籍所在地", "户籍地址", "户籍", "户口所在地", "通讯地址", "通信地址", "联系地址", "收件地址",
            "收货地址", "邮寄地址", "寄到", "寄往", "家庭地址", "家庭住址", "地址", "租住", "租房",
        ],
    ),
    (
        Cue::Money,
        &[
            "总价", "价", "共", "计", "追加", "投资", "金额", "资金", "支付", "缴纳", "收取", "费", "款", "¥", "$", "达", "人民币", "总额", "欠", "约", "产值", "造价", "元", "标", "额",
            "补偿",
        ],
    ),
];

/// What may stand between a cue and what it announces, besides spaces and punctuation; the longest first.
#[rustfmt::skip]
pub(super) const FILLERS: &[&str] = &[
    "分别是", "分别为", "邮箱", "号码", "后六位", "后四位", "后几位", "账号", "帐号", "账户", "编号", "群号", "私号", "名字", "全名", "就是", "如下", "改为", "尾号", "后面", "请加", "搜索", "姓名",
    "地址", "电话", "手机", "我的", "昵称", "是", "为", "叫", "号", "码", "加", "搜", "群", "我", "您", "请", "的", "名", "id", "no", "找", "打", "或",
];

/// Between a label and a name stands less.
#[rustfmt::skip]
pub(super) const NAME_FILLERS: &[&str] =
    &["姓名", "名字", "全名", "名叫", "就是", "是", "为", "叫", "名", "一", "二", "三"];

/// Labels behind which a name stands for certain.
#[rustfmt::skip]
pub(super) const PLAIN_LABELS: &[&str] = &["我叫", "名叫", "叫做", "本名", "真名", "姓名", "名字"];

/// What follows a messenger's name where it is no person's account.
#[rustfmt::skip]
pub(super) const PUBLIC_ACCOUNTS: &[&str] = &[
    "公众", "公共", "小程序", "支付", "付款", "转账", "缴费", "扫码", "朋友圈", "平台", "官方", "视频", "政务", "城市服务", "步数", "浏览器", "登录", "聊天", "通知", "群里", "群内", "群主", "群聊",
    "群中", "截图", "记录", "二维码", "扫一扫", "红包", "推送", "文章",
];

/// What stands between the groups of a number when it is read out.
#[rustfmt::skip]
pub(super) const SPOKEN_SEPARATORS: &[char] = &['杠', '横', '点'];

/// What stands for the last character X of an identity number.
#[rustfmt::skip]
pub(super) const LOOKS_LIKE_X: &[char] = &['x', '×', '✕', '✖', '✗', '╳', '叉'];

/// Digits in characters, those of amounts and those that are read out over the radio included.
#[rustfmt::skip]
pub(super) const WRITTEN_DIGITS: [&str; 10] = [
    "零〇○洞", "一壹幺弌〡", "二贰弍〢两", "三叁弎叄〣", "四肆〤", "五伍〥", "六陆〦", "七柒拐〧", "八捌〨", "九玖勾〩",
];

/// What makes a number before it an amount.
#[rustfmt::skip]
pub(super) const UNITS: &[&str] = &[
    "元", "万", "亿", "块", "平方", "m2", "平米", "%", "吨", "公里", "千克", "公斤", "亩", "人", "户", "立方", "度", "kw", "千瓦",
];

/// What stands before numbers of matters and orders, which are nobody's.
#[rustfmt::skip]
pub(super) const CODES: &[&str] = &[
    "编号", "单号", "工单", "订单", "文号", "许可证", "信用代码", "案号", "受理号", "流水号", "预售证", "批号", "信件", "isbn", "票号", "http", "www", "条码", "代码", "机构代码", "证书", "备案",
    "查询码", "序号", "型号",
];

/// The characters of the provinces as they stand on licence plates.
#[rustfmt::skip]
pub(super) const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

/// The characters before military plates.
#[rustfmt::skip]
pub(super) const ARMS: &str = "军空海北沈兰济南广成";

/// What may stand at the end of a plate.
#[rustfmt::skip]
pub(super) const PLATE_ENDS: &[&str] = &["应急", "挂", "学", "警", "港", "澳", "领", "使", "试", "超", "临"];

/// The word for the armed police on plates, and for embassies.
#[rustfmt::skip]
pub(super) const EMBASSY: char = '使';

/// What is written for the sign of a mail address.
#[rustfmt::skip]
pub(super) const AT_SIGNS: &[&str] = &[
    "@", "(at)", "[at]", "{at}", "<at>", "#at#", "_at_", "*at*", "-at-", "【at】", "(@)", "[@]", "【@】", "(a)", "艾特", "圈a", "小老鼠", " at ", "#", "＃",
    "◎",
];

/// What is written for the dot of a domain.
#[rustfmt::skip]
pub(super) const DOTS: &[&str] = &[
    "[dot]", "(dot)", "{dot}", "<dot>", "_dot_", "【dot】", " dot ", "[.]", "(.)", "【点】", "(点)", "[点]", "点", ".", "。", "·",
];

/// Hosts of mail that people write without their domain.
#[rustfmt::skip]
pub(super) const MAIL_HOSTS: &[&str] = &[
    "qq", "163", "126", "139", "189", "gmail", "sina", "hotmail", "outlook", "foxmail", "sohu", "yeah",
    "icloud", "yahoo", "aliyun", "21cn", "tom", "wo", "vip",
];

/// Chinese top-level domains.
#[rustfmt::skip]
pub(super) const CHINESE_DOMAINS: &[&str] = &[
    "中国", "公司", "网络", "网址", "在线", "中文网", "政务", "公益", "商城", "集团", "我爱你", "中信", "移动",
];

/// What follows a name right away, and is none of it.
#[rustfmt::skip]
pub(super) const AFTER_NAMES: &[&str] = &[
    "电话", "手机", "身份证", "联系", "家住", "住在", "住址", "今年", "现年", "先生", "女士", "小姐", "同志", "反映", "投诉", "举报", "性别", "男", "女", "系", "是", "住", "于", "在", "因",
    "已", "与", "和", "及", "等", "来自", "本人", "出生", "毕业", "不幸", "曾", "就读", "工作", "务工", "从", "向", "对", "将", "被", "我", "您", "你", "的", "有", "想", "要", "名下",
    "购买", "买", "微信", "qq", "邮箱", "职务", "单位", "民族", "汉族", "地址", "账号", "账户", "卡号", "开户",
];

/// Titles of office: whoever bears one is named in that office.
#[rustfmt::skip]
pub(super) const TITLES: &[&str] = &[
    "主任", "局长", "科长", "书记", "经理", "老师", "医生", "所长", "站长", "处长", "部长", "院长", "校长",
    "队长", "警官", "同志", "先生", "女士", "师傅", "小姐", "总", "工", "区长", "县长", "市长", "镇长",
    "乡长", "村长", "组长", "会长", "律师", "法官", "干事", "教授", "大夫", "护士", "阿姨", "叔叔", "大爷", "大妈", "老板", "某", "姓", "家", "氏",
];

/// What begins like a name and is none.
#[rustfmt::skip]
pub(super) const NOT_NAMES: &[&str] = &[
    "由", "需", "须", "及", "或", "与", "在", "不", "无", "未", "请", "已", "被", "该", "其", "各", "按", "凡", "如", "是", "的", "有", "对", "这", "那", "每", "并", "但", "因",
    "个", "一", "两", "当", "现", "另", "就", "也", "还", "只", "可", "会", "要", "利害", "房产", "来说", "来讲", "来电", "和", "我", "你", "他", "她", "如下", "不详", "保密", "匿名",
    "暂无", "不便", "见附件", "详见", "同上", "高中", "高考", "高度", "高兴", "高三", "高级", "高层", "高速", "方面", "方便", "方案", "万一", "万分", "白天", "白色", "黄金", "马上", "马路", "金额",
    "石头", "安全", "安排", "安装", "周岁", "原定", "常年", "常常", "常住", "应该", "应当", "经常", "经过", "经营", "曾经", "曾在", "曾于", "成立", "成为", "成功", "成年", "于是", "时间", "时候",
    "强烈", "计划", "项目", "周围", "周边", "周末", "周日", "江边", "温度", "温馨", "水费", "支付", "支持", "车辆", "房屋", "房子", "毛病", "全家", "全部", "全体", "文件", "明确", "明年", "明天",
    "路过", "路边", "党员", "包括", "单位", "单身", "元月", "相关", "相信", "简单", "管理", "关于", "关注", "宁愿", "连续", "申请", "查询", "查看", "农村", "农民", "平时", "通过", "步行", "钱款",
    "张贴", "陈述", "陈旧", "何时", "何处", "许多", "许可", "谢谢", "严重", "严格", "尤其", "司机", "施工", "季度", "左右", "解决", "易地", "游客", "任何", "任职", "任教", "来自", "来信", "来电",
    "来到", "向上", "向你", "向您", "和我", "和家", "程序", "程度", "段时", "符合", "符", "景区", "宋城", "武警", "花园", "花费", "花了", "毕业", "毕竟", "丁字", "余额", "余下", "顾客", "康复",
    "古城", "古镇", "曲江", "阳光", "阳台", "牛奶", "华侨", "华夏", "海南", "海边", "东边", "东门", "南门", "国家", "国企", "公司", "公民", "师范", "师傅", "双方", "都是", "都在", "都有", "能否",
    "能不", "那个", "那么", "有关", "有权", "有人", "有个", "后来", "后续", "别人", "池塘", "乐意", "宫", "车位", "沙子", "干部", "童年", "从事", "孙子", "孙女", "郑重", "罗列", "龙头", "熊猫",
    "金融", "金属", "田地", "田间", "汪汪", "雷雨", "雷电", "贺词", "汤", "祝您", "祝愿", "项", "卫生", "卫星", "冯", "钟点", "钟头", "黎明", "常规", "万元", "乔迁", "赖以", "庞大", "颜色", "倪",
    "鲁莽", "石材", "石油", "侯车", "尹", "岳父", "岳母", "向", "葛", "童", "史上", "陶瓷", "阎", "沈阳", "江西", "江苏", "江南", "湖南", "陕西", "山西", "云南", "贵州", "安徽", "浙江", "河南",
    "河北", "常州", "常德", "张家村", "李家村", "王家村", "张家庄", "李家庄", "王家庄", "张家界", "张家口", "张家港", "林场", "林业", "林权", "林地", "林木", "商洛", "商州", "商业", "商家", "商铺",
    "商品", "商场", "洛南", "牛街", "米",
];

/// What names of bodies end in: whoever is called so is no person.
#[rustfmt::skip]
pub(super) const BODIES: &[&str] = &[
    "局", "办", "科", "部", "处", "站", "所", "院", "会", "中心", "公司", "社区", "村", "街道", "大厅",
    "窗口", "委", "厅", "队", "组", "室", "校", "厂", "店", "行", "社", "镇", "乡", "县", "区", "市",
];

/// Names that stand for nobody: looking for them would mask half of every letter.
#[rustfmt::skip]
pub(super) const NOBODY: [&str; 12] =
    ["匿名", "网友", "市民", "群众", "居民", "业主", "村民", "游客", "热心市民", "未知", "先生", "女士"];

/// How people are addressed.
#[rustfmt::skip]
pub(super) const FORMS_OF_ADDRESS: [&str; 6] = ["先生", "女士", "小姐", "同志", "老师", "师傅"];

/// Men and women, as they stand behind a name.
#[rustfmt::skip]
pub(super) const SEXES: [char; 2] = ['男', '女'];

/// Surnames of two characters.
#[rustfmt::skip]
pub(super) const DOUBLE_SURNAMES: [&str; 22] = [
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "端木", "百里", "南宫", "独孤", "司空", "澹台", "宇文", "长孙", "拓跋", "轩辕",
];

/// Surnames that begin many words: behind a mere hint only a whole name counts.
#[rustfmt::skip]
pub(super) const EVERYDAY_SURNAMES: &str = "安来时单全原应成花金方平易万常于向游高白明包路水文石雷温甘能车边关商强解计云管宁连房和项许查何经齐祝支居从宫";

/// Surnames of one character, without those that are words of every letter.
#[rustfmt::skip]
pub(super) const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜肖詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙伏岑习胥保蔺帕马藏逯兀";
