"""Forms of the same character that people and keyboards exchange for one another."""

_OLD_FORMS = """
亞亜 惡悪 壓圧 圍囲 爲為 醫医 壹壱 稻稲 飮飲 隱隠 營営 榮栄 衞衛 驛駅 圓円 鹽塩 應応 歐欧 毆殴 櫻桜 奧奥 橫横
溫温 穩穏 假仮 價価 畫画 會会 壞壊 懷懐 繪絵 擴拡 殼殻 覺覚 學学 嶽岳 樂楽 勸勧 卷巻 寬寛 歡歓 罐缶 觀観 關関
陷陥 巖巌 顏顔 歸帰 氣気 龜亀 僞偽 戲戯 犧犠 舊旧 據拠 擧挙 峽峡 挾挟 狹狭 鄕郷 曉暁 區区 驅駆 勳勲 薰薫 惠恵
揭掲 溪渓 經経 繼継 莖茎 螢蛍 輕軽 鷄鶏 藝芸 擊撃 缺欠 儉倹 劍剣 圈圏 檢検 權権 獻献 縣県 險険 顯顕 驗験 嚴厳
效効 廣広 恆恒 鑛鉱 號号 國国 黑黒 濟済 碎砕 齋斎 劑剤 册冊 雜雑 產産 參参 慘惨 棧桟 蠶蚕 贊賛 殘残 絲糸 齒歯
兒児 辭辞 濕湿 實実 舍舎 寫写 釋釈 壽寿 收収 從従 澁渋 獸獣 縱縦 肅粛 處処 緖緒 敍叙 奬奨 將将 燒焼 稱称 證証
乘乗 剩剰 壤壌 孃嬢 條条 淨浄 疊畳 穰穣 讓譲 釀醸 囑嘱 觸触 寢寝 愼慎 晉晋 眞真 刄刃 盡尽 圖図 粹粋 醉酔 隨随
髓髄 數数 樞枢 聲声 靜静 齊斉 攝摂 竊窃 專専 戰戦 淺浅 潛潜 纖繊 踐践 錢銭 禪禅 雙双 壯壮 搜捜 插挿 爭争 總総
聰聡 莊荘 裝装 騷騒 臟臓 藏蔵 續続 墮堕 體体 對対 帶帯 滯滞 臺台 瀧滝 擇択 澤沢 單単 擔担 膽胆 團団 彈弾 斷断
癡痴 遲遅 晝昼 蟲虫 鑄鋳 廳庁 聽聴 鎭鎮 轉転 點点 傳伝 黨党 盜盗 燈灯 當当 鬭闘 德徳 獨独 讀読 屆届 繩縄 貳弐
惱悩 腦脳 霸覇 廢廃 拜拝 賣売 麥麦 發発 髮髪 拔抜 蠻蛮 祕秘 濱浜 甁瓶 拂払 佛仏 邊辺 變変 辨弁 瓣弁 辯弁 舖舗
寶宝 萠萌 襃褒 豐豊 沒没 飜翻 萬万 滿満 默黙 彌弥 譯訳 藥薬 與与 豫予 餘余 譽誉 搖揺 樣様 謠謡 遙遥 來来 賴頼
亂乱 覽覧 畧略 龍竜 兩両 獵猟 綠緑 壘塁 勵励 禮礼 靈霊 齡齢 戀恋 爐炉 勞労 樓楼 郞郎 祿禄 錄録 灣湾 亙亘 凜凛
堯尭 巢巣 曆暦 歷歴 槇槙 橢楕 檜桧 淚涙 步歩 涉渉 每毎 增増 戾戻 靑青 淸清 卽即 吳呉 娛娯 悅悦 說説 銳鋭 脫脱
稅税 緣縁 鍊錬 虛虚 穗穂 槪概 旣既 曾曽 瘦痩 搔掻
"""
"""Forms that the table of characters for common use (常用漢字表, 2010) gives in brackets, and others of that kind."""

_NAMES = """
髙高 﨑崎 嵜崎 邉辺 濵浜 栁柳 桒桑 冨富 嶋島 嶌島 槗橋 𣘺橋 𠮷吉 圡土 仭仞 歬前 曻昇 﨟臈 祗祇 舘館 葊庵 庿廟
埜野 峯峰 峩峨 裵裴 鷗鴎 渕淵 渊淵 籔薮 藪薮 蘓蘇 諌諫 讃讚 迯逃 靍鶴 靏鶴 鳬鳧 閒間 敎教 靱靭 濶闊 莵兎 兔兎
凉涼 冲沖 况況 决決 减減 凖準 裡裏 皷鼓 壷壺 壻婿 桝枡 祢禰 頚頸 鈎鉤 鯵鰺 蝋蠟 蝉蟬 騨驒 箪簞 繋繫 填塡 頬頰
剥剝 噓嘘 𠮟叱
"""
"""Forms in the names of people and places, as registers write them (戸籍統一文字), and of JIS X 0213."""

KANJI: dict[str, str] = {pair[0]: pair[1] for pair in f"{_OLD_FORMS} {_NAMES}".split()}
"""Each form with the one that all of its kind are compared as."""

MARKS: dict[str, str] = {
    **dict.fromkeys("‐‑‒–—―−﹘﹣－─━⁻₋", "-"),
    **dict.fromkeys("〜～∼∽〰⁓˜", "~"),
    **dict.fromkeys("“”„‟″〝〞〟＂", '"'),
    **dict.fromkeys("‘’‚‛′＇", "'"),
    **dict.fromkeys("『", "「"),
    **dict.fromkeys("』", "」"),
    **dict.fromkeys("·•‧∙⋅", "・"),
}
"""Dashes, wave dashes and quotation marks, which differ by keyboard, encoding and font."""

INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""A class of characters, for use in a pattern: variation selectors and what joins or parts others unseen."""
