"""Frequent Japanese surnames: they distinguish “佐藤：” from “議題：” and “山田総務部長” from “都市整備部長”."""

SURNAMES = frozenset(
    """
    佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邊 渡邉 山本 中村 小林 加藤 吉田 山田 佐々木 松本 井上 木村 斎藤 斉藤 齋藤 齊藤 清水
    山崎 山﨑 池田 橋本 阿部 石井 前田 藤田 小川 後藤 岡田 村上 近藤 坂本 遠藤 青木 藤井 西村 太田 三浦 藤原 岡本 松田
    中島 中川 中野 原田 小野 田村 竹内 金子 和田 中山 石田 上田 森田 柴田 酒井 工藤 横山 宮本 内田 高木 安藤 谷口 大野
    丸山 今井 高田 藤本 武田 村田 上野 杉山 増田 平野 大塚 小島 久保 松井 岩崎 桜井 野口 松尾 木下 菊地 菊池 野村 新井
    佐野 杉本 古川 浜田 市川 小松 水野 島田 小山 高野 山内 西田 山下 西川 大西 北村 安田 五十嵐 川口 平田 関口 飯田 秋山
    荒井 荒木 東海林 服部 本田 久保田 川崎 岩田 土屋 川上 永井 松岡 中田 田口 樋口 望月 大久保 須藤 辻村 馬場 早川 片山
    永田 星野 黒田 大島 堀内 内藤 熊谷 松下 広瀬 石原 桑原 田辺 吉川 大橋 松浦 吉村 岩本 吉岡 小池 浅野 荒川 本間 大谷
    関根 森本 平井 矢野 富田 尾崎 児玉 高山 渋谷 若林 若松 西山 石黒 宮田 宮下 小笠原 白石 成田 篠原 片岡 沢田 澤田 萩原
    三宅 大川 中西 河野 神田 田島 長谷川 長谷部 坂井 堀田 辻本 中嶋 榎本 奥村 柳沢 畠山 滝沢 瀬川 鎌田 鶴田 桐生 氷室
    """.split()  # noqa: SIM905 - three hundred quotation marks would not read better
)
"""Those that are prefectures as well are left out: “千葉：晴れ。” is nobody's word."""

MAX_LENGTH = max(map(len, SURNAMES))


def surname_at_start(text: str) -> str:
    """The longest of them that `text` begins with; empty if there is none."""
    return next((text[:size] for size in range(MAX_LENGTH, 1, -1) if text[:size] in SURNAMES), "")
