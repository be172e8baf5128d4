"""Made-up titles, hundreds to thousands per board, from templates and word lists of ours. No title is taken from a real list."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from random import Random
from string import Formatter

_WORDS: dict[str, tuple[str, ...]] = {
    "city": ("临江", "云州", "海宁湾", "青屿", "北岭", "南浦", "白沙", "松溪", "长汀港", "银川口", "雾城", "龙泉坝", "东澜", "西陵"),
    "weather": ("暴雨红色", "大风蓝色", "高温橙色", "寒潮黄色", "大雾橙色", "雷电黄色"),
    "festival": ("端午", "中秋", "国庆", "元旦", "五一", "春节", "暑期", "清明"),
    "role": ("外卖小哥", "乡村教师", "退休医生", "女大学生", "消防员", "列车长", "民宿老板", "程序员", "货车司机", "护士", "快递员"),
    "deed": (
        "救下落水儿童",
        "坚持资助学生",
        "拾金不昧归还现金",
        "手绘家乡地图",
        "骑行万里回家",
        "自学考上研究生",
        "义务修路",
        "办起免费书屋",
    ),
    "matter": (
        "游客被困",
        "水管爆裂",
        "停车收费争议",
        "校服质量问题",
        "景区限流",
        "直播带货纠纷",
        "食堂涨价",
        "路面塌陷",
        "航班大面积延误",
    ),
    "product": ("鸡蛋", "猪肉", "黄金", "汽油", "新能源车", "内存条", "西瓜", "咖啡豆", "大米", "机票", "显卡", "榴莲"),
    "move": ("连跌三周", "突然上涨", "创年内新低", "回到两年前水平", "一夜翻倍", "大幅回落", "稳中有升"),
    "team": ("临江队", "青屿女篮", "北岭男足", "云州女排", "白沙冰球队", "南浦乒乓球队", "国家队", "东澜电竞"),
    "won": ("夺冠", "逆转取胜", "惜败", "晋级四强", "小组出局", "刷新纪录", "零封对手", "创造历史"),
    "drama": ("《山河有信》", "《夜航船》", "《第七封来信》", "《长风起》", "《盐湖往事》", "《她的证词》", "《南巷》", "《微光纪》"),
    "show": ("大结局", "路透", "片尾彩蛋", "定档", "豆瓣开分", "预告", "主题曲", "花絮", "女主台词", "停播"),
    "field": ("量子计算", "可控核聚变", "脑机接口", "商业航天", "人形机器人", "低空经济", "固态电池", "深海探测", "国产芯片", "大模型"),
    "progress": ("取得新突破", "迎来首个标准", "进入量产阶段", "完成首次试验", "发布十年规划", "再获融资", "走进课堂", "亮相展会"),
    "animal": ("大熊猫", "江豚", "东北虎", "金丝猴", "流浪猫", "白鹤", "雪豹", "水獭"),
    "act": ("现身小区", "喜得双胞胎", "学会开门", "被拍到打架", "误入地铁站", "在镜头前打哈欠", "回归山林", "成了网红"),
    "food": ("螺蛳粉", "冰豆花", "锅盔", "酸汤鱼", "糖油粑粑", "烤红薯", "臭豆腐", "羊肉泡馍", "手擀面", "凉皮"),
    "job": ("产品经理", "中学教师", "土木工程师", "会计", "前端工程师", "公务员", "设计师", "药剂师", "律师", "摄影师"),
    "dilemma": (
        "突然被要求转岗",
        "想回老家开店",
        "和同事合租闹翻",
        "连续三个月没有休息",
        "存款终于到了五十万",
        "被领导当众批评",
        "打算裸辞考研",
    ),
    "thing": ("空调", "扫地机器人", "机械键盘", "电动车", "露营帐篷", "咖啡机", "旧手机", "望远镜", "吉他", "缝纫机", "降噪耳机"),
    "concept": ("熵增", "通货膨胀", "时间晶体", "相对论", "幸存者偏差", "复利", "光合作用", "博弈论", "海市蜃楼", "板块运动"),
    "game": ("《荒原纪元》", "《星港物语》", "《铸剑行》", "《像素农场》", "《深渊旅人》", "《赛道之魂》", "《王国边境》"),
    "tag": ("全程高能", "万字解析", "纪录片", "自制动画", "翻唱", "手书", "实测", "4K", "年度总结", "新手教程", "杂谈"),
    "tool": ("PostgreSQL", "Rust", "Docker", "NAS", "Vim", "软路由", "Kubernetes", "SQLite", "Go", "TypeScript", "家庭服务器", "C++"),
    "pain": ("内存泄漏", "升级后启动变慢", "备份方案", "该不该换", "踩坑记录", "怎么选型", "续航越来越差", "丢数据了", "配置求指教"),
    "place": ("上海", "杭州", "成都", "远程", "北京", "深圳", "广州", "南京"),
    "n": tuple(str(n) for n in (3, 5, 7, 9, 12, 16, 18, 21, 24, 30, 36, 42, 60, 80, 99, 120, 365)),
    "age": tuple(str(n) for n in range(22, 46)),
    "year": tuple(str(n) for n in range(1987, 2026)),
    "adjective": ("tiny", "fast", "boring", "distributed", "self-hosted", "portable", "typed", "local-first", "async", "zero-copy"),
    "noun": (
        "database",
        "compiler",
        "terminal",
        "scheduler",
        "parser",
        "notebook",
        "editor",
        "crawler",
        "ledger",
        "runtime",
        "proxy",
        "shell",
    ),
    "language": ("Rust", "Go", "Zig", "Python", "C", "TypeScript", "OCaml", "Elixir", "Lisp", "Haskell"),
    "owner": ("northwind", "quietbyte", "lumen-labs", "paperboat", "ferrous-io", "stacklet", "openharbor", "mossy", "tinygrad3n", "k-lab"),
    "machine": ("a 1979 mainframe", "my thermostat", "an e-reader", "a calculator", "the Game Boy", "a $5 router", "an old laptop"),
    "lesson": ("what we learned", "a post-mortem", "ten years later", "the hard parts", "an illustrated guide", "a love letter"),
    "side": ("东部", "西部", "南部", "北部", "近海"),
    "magnitude": ("3.0", "3.1", "3.2", "3.4", "3.5", "3.7", "3.9", "4.1", "4.3", "4.6", "5.0", "5.4", "6.0", "6.6"),
    "scene": ("草台班子", "主场优势", "开局王炸", "全员破防", "离谱操作", "名场面", "赛后复盘", "弹幕笑疯"),
}

_TEMPLATES: dict[str, tuple[str, ...]] = {
    "baidu": (
        "{city}发布{weather}预警",
        "{city}回应{matter}",
        "{product}价格{move}",
        "{team}{won}",
        "{age}岁{role}{deed}",
        "“{field}”{progress}",
        "{city}{festival}旅游订单增长{n}%",
        "{animal}{act} 网友：看呆了",
    ),
    "weibo": (
        "{drama}{show}",
        "{role}{deed}",
        "{team} {won}",
        "{city}{matter}",
        "原来{food}要这样吃",
        "{product}{move}",
        "{n}岁后才懂的{concept}",
        "{animal}{act}",
        "{festival}前的{role}",
        "{city}{role}{deed}",
        "{city}{product}{move}",
    ),
    "zhihu": (
        "如何看待{city}{matter}，官方通报已介入调查？",
        "{age} 岁{job}，{dilemma}，该怎么办？",
        "{product}价格{move}，背后有哪些原因值得关注？",
        "{field}{progress}，哪些信息值得关注？",
        "为什么说{concept}是最被误解的概念？",
        "家里的{thing}用了 {n} 个月，有哪些后悔的地方？",
        "如何评价{drama}{show}？",
    ),
    "bilibili": (
        "【{tag}】{n}天挑战只吃{food}，结果……",
        "【{tag}】{game}速通只要{n}分钟？",
        "花{n}块改造{thing}，邻居都看呆了",
        "【{tag}】什么是{concept}？一个动画讲清楚",
        "《{city}的一天》",
        "我用{n}小时复刻了{drama}的片头 & 彩蛋",
        "{animal}{act}！！！记录了整整{n}天",
    ),
    "bilibili-hotword": (
        "{game}{show}",
        "{team}{won}",
        "{drama}{show}",
        "{field}{progress}",
        "{food}挑战{n}天",
        "{animal}{act}",
        "{city}{festival}{food}",
    ),
    "douyin": (
        "{city}的{food}火了",
        "{role}{deed}",
        "{animal}{act}",
        "{field}{progress}",
        "{team}{won}全场沸腾",
        "{festival}必拍{thing}大片",
        "{product}{move}",
        "{city}{weather}预警",
        "{city}{role}{deed}",
        "{city}{product}{move}",
    ),
    "toutiao": (
        "{city}{weather}预警 已转移{n}人",
        "{product}{move} 业内人士解读",
        "{team}{won} 现场画面曝光",
        "{field}{progress}",
        "{role}{deed}获表彰",
        "{city}通报{matter}",
        "{animal}{act} 专家提醒",
    ),
    "tieba": (
        "{scene}!{team}{won}",
        "{game}{show},吧友:{scene}",
        "{city}{matter}引热议",
        "{thing}{n}元封神?",
        "{animal}{act},{scene}",
        "{food}到底该不该放糖,{scene}",
    ),
    "v2ex": (
        "{tool} {pain}",
        "[{place}] 招{job}，{n}k 起，不加班",
        "大家的 {tool} 用了 {n} 天后，{pain}？",
        "{age} 岁{job}，{dilemma}",
        "做了一个基于 {tool} 的小工具，求拍砖 <{n} stars>",
        "求推荐一款{thing}，预算 {n}00",
    ),
    "github": (
        "{owner}/{adjective}-{noun}",
        "{owner}/awesome-{noun}-{n}",
        "{owner}/{noun}.{language}",
        "{owner}/{language}-{noun}",
        "{owner}/{adjective}-{language}",
    ),
    "hackernews": (
        "Show HN: A {adjective} {noun} written in {language}",
        "Running a {adjective} {noun} on {machine}",
        "Why {language} isn't the problem: {lesson}",
        "The {adjective} {noun}, {lesson}",
        "Ask HN: Who still runs a {noun} & {noun} from {year}?",
        "{language} in {year}: {lesson} [pdf]",
        "I rewrote my {noun} in {language}",
    ),
    "earthquake": ("{city}{side}发生{magnitude}级地震",),
    "weatheralarm": ("{city}{side}气象台发布{weather}预警信号", "{city}气象台继续发布{weather}预警信号"),
    "pin": (
        "{city}{field}示范区启用",
        "奋进中的{city}：{field}{progress}",
        "守护{animal} 共建美丽{city}",
        "{festival}假期{city}文旅亮点",
    ),
    "ad": ("{festival}{thing}好物节", "{thing}新品今日开售", "{n}元起抢{thing}", "{food}尝鲜季"),
}


# Kinds of titles that several boards share: each takes the templates of a board that speaks so.
_POOLS = {
    "news": "toutiao",
    "social": "weibo",
    "search": "baidu",
    "questions": "zhihu",
    "video": "bilibili",
    "forum": "tieba",
    "tech": "v2ex",
    "code": "github",
    "english": "hackernews",
}


_FOLLOWED = {"weibo", "baidu", "douyin"}
_FOLLOW_UPS = ("", " 官方回应", " 最新进展", " 网友热议", " 当事人发声", "", " 现场视频", " 专家解读", " 后续来了", " 始末")


@cache
def titles(board: str, seed: int, size: int = 5000) -> tuple[str, ...]:
    """The titles of a board: distinct, always the same for one seed; fewer where its words don't give so many."""
    return tuple(islice(dict.fromkeys(_stream(board, seed)), size))


def title(board: str, seed: int, number: int) -> str:
    """The title of a topic by its number: one of the board's; on boards of news, when these begin anew, with what follows news."""
    pool = titles(board, seed)
    lap, place = divmod(number, len(pool))
    return pool[place] + (_FOLLOW_UPS[(lap + place) % len(_FOLLOW_UPS)] if _POOLS.get(board, board) in _FOLLOWED else "")


def _stream(board: str, seed: int) -> Iterator[str]:
    chance = Random(f"{seed}:{board}:titles")
    templates = _TEMPLATES[_POOLS.get(board, board)]
    for _ in range(20_000):
        yield _fill(chance.choice(templates), chance)


def _fill(template: str, chance: Random) -> str:
    pieces = Formatter().parse(template)
    return "".join(text + (chance.choice(_WORDS[slot]) if slot else "") for text, slot, _, _ in pieces)
