<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>Actions</name>
    <message>
        <source>1:1</source>
        <translation>1:1</translation>
    </message>
    <message>
        <source>Accept all proposals</source>
        <translation>接受全部预标框</translation>
    </message>
    <message>
        <source>Accept all, submit, next</source>
        <translation>全部接受并提交，下一张</translation>
    </message>
    <message>
        <source>Accept the selected</source>
        <translation>接受所选</translation>
    </message>
    <message>
        <source>Add photos …</source>
        <translation>添加照片…</translation>
    </message>
    <message>
        <source>All keys at a glance</source>
        <translation>快捷键一览</translation>
    </message>
    <message>
        <source>All looking aids off</source>
        <translation>关闭全部增强显示</translation>
    </message>
    <message>
        <source>Approve, next</source>
        <translation>通过，下一张</translation>
    </message>
    <message>
        <source>Back to the image seen before</source>
        <translation>返回刚才看的图像</translation>
    </message>
    <message>
        <source>Blink: the models&apos; boxes, as handed in, as they stand</source>
        <translation>轮换版本：模型所画、提交时、当前</translation>
    </message>
    <message>
        <source>Boxes</source>
        <translation>标注框</translation>
    </message>
    <message>
        <source>Boxes by people</source>
        <translation>人工标注框</translation>
    </message>
    <message>
        <source>Carry over the previous layer&apos;s boxes</source>
        <translation>沿用上一层的框（自动对位）</translation>
    </message>
    <message>
        <source>Change keys</source>
        <translation>更改快捷键</translation>
    </message>
    <message>
        <source>Close the project</source>
        <translation>关闭项目</translation>
    </message>
    <message>
        <source>Close up on the box</source>
        <translation>放大到所选框</translation>
    </message>
    <message>
        <source>Colour inside boxes</source>
        <translation>框内填色</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Correct boxes</source>
        <translation>修正框</translation>
    </message>
    <message>
        <source>Crosshair</source>
        <translation>十字线</translation>
    </message>
    <message>
        <source>Current class one down</source>
        <translation>当前类别下移一位</translation>
    </message>
    <message>
        <source>Current class one up</source>
        <translation>当前类别上移一位</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>深色主题</translation>
    </message>
    <message>
        <source>Delete the selected</source>
        <translation>删除所选</translation>
    </message>
    <message>
        <source>Down by 1 pixel</source>
        <translation>下移 1 像素</translation>
    </message>
    <message>
        <source>Down by 10 pixels</source>
        <translation>下移 10 像素</translation>
    </message>
    <message>
        <source>Draw boxes</source>
        <translation>画框</translation>
    </message>
    <message>
        <source>Draw polygons</source>
        <translation>画多边形</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>原地复制</translation>
    </message>
    <message>
        <source>Even out the lighting</source>
        <translation>匀光</translation>
    </message>
    <message>
        <source>Exclude the image …</source>
        <translation>排除图像…</translation>
    </message>
    <message>
        <source>Export …</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Find images</source>
        <translation>查找图像</translation>
    </message>
    <message>
        <source>Find similar on the other images</source>
        <translation>在其他图像上查找相似目标</translation>
    </message>
    <message>
        <source>Find similar on this image</source>
        <translation>在此图像上查找相似目标</translation>
    </message>
    <message>
        <source>Fit the boxes to what they hold</source>
        <translation>框贴合目标</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>反相</translation>
    </message>
    <message>
        <source>Language of the system</source>
        <translation>跟随系统语言</translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation>增大画笔</translation>
    </message>
    <message>
        <source>Left by 1 pixel</source>
        <translation>左移 1 像素</translation>
    </message>
    <message>
        <source>Left by 10 pixels</source>
        <translation>左移 10 像素</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>浅色主题</translation>
    </message>
    <message>
        <source>List what waits for review, likeliest faults first</source>
        <translation>列出待审核图像，可疑的在前</translation>
    </message>
    <message>
        <source>Local contrast</source>
        <translation>局部对比度</translation>
    </message>
    <message>
        <source>Magnifier</source>
        <translation>放大镜</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Names on boxes</source>
        <translation>框上的类别名</translation>
    </message>
    <message>
        <source>New project</source>
        <translation>新建项目</translation>
    </message>
    <message>
        <source>Next box</source>
        <translation>下一个框</translation>
    </message>
    <message>
        <source>Next box under the pointer, or next outline</source>
        <translation>指针下的下一个框，或下一种轮廓</translation>
    </message>
    <message>
        <source>Next image</source>
        <translation>下一张图像</translation>
    </message>
    <message>
        <source>Next image to review</source>
        <translation>下一张待审核的图像</translation>
    </message>
    <message>
        <source>Next layer, while held</source>
        <translation>按住查看下一层</translation>
    </message>
    <message>
        <source>Next unfinished image</source>
        <translation>下一张未完成的图像</translation>
    </message>
    <message>
        <source>Normal, submit, next</source>
        <translation>标为正常并提交，下一张</translation>
    </message>
    <message>
        <source>Normal: no defect</source>
        <translation>正常：无缺陷</translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Outline by a click</source>
        <translation>点击生成轮廓</translation>
    </message>
    <message>
        <source>Paint masks</source>
        <translation>涂抹掩码</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>People …</source>
        <translation>人员…</translation>
    </message>
    <message>
        <source>Pin a reason on the box …</source>
        <translation>在框上批注原因…</translation>
    </message>
    <message>
        <source>Pre-label many images</source>
        <translation>批量预标注</translation>
    </message>
    <message>
        <source>Pre-label this image</source>
        <translation>预标注此图像</translation>
    </message>
    <message>
        <source>Previous box</source>
        <translation>上一个框</translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation>上一张图像</translation>
    </message>
    <message>
        <source>Previous layer, while held</source>
        <translation>按住查看上一层</translation>
    </message>
    <message>
        <source>Proposals</source>
        <translation>预标框</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Reject all proposals</source>
        <translation>拒绝全部预标框</translation>
    </message>
    <message>
        <source>Reopen the image …</source>
        <translation>重新打开图像…</translation>
    </message>
    <message>
        <source>Return …</source>
        <translation>退回…</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>审核</translation>
    </message>
    <message>
        <source>Right by 1 pixel</source>
        <translation>右移 1 像素</translation>
    </message>
    <message>
        <source>Right by 10 pixels</source>
        <translation>右移 10 像素</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation>减小画笔</translation>
    </message>
    <message>
        <source>Stop the model</source>
        <translation>停止模型</translation>
    </message>
    <message>
        <source>Take over the previous image&apos;s boxes</source>
        <translation>沿用上一张图像的框</translation>
    </message>
    <message>
        <source>Theme of the system</source>
        <translation>跟随系统主题</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Uncover a blind image</source>
        <translation>揭开盲标图像</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Up by 1 pixel</source>
        <translation>上移 1 像素</translation>
    </message>
    <message>
        <source>Up by 10 pixels</source>
        <translation>上移 10 像素</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Wall of crops</source>
        <translation>缺陷图墙</translation>
    </message>
    <message>
        <source>Whole image</source>
        <translation>整张图像</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Without looking aids, while held</source>
        <translation>按住查看原图（不增强）</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
</context>
<context>
    <name>AnswerCard</name>
    <message>
        <source>Ask again</source>
        <translation>再问一次</translation>
    </message>
    <message>
        <source>Ask it for another answer</source>
        <translation>请它重新回答</translation>
    </message>
</context>
<context>
    <name>Appearance</name>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
</context>
<context>
    <name>AskPanel</name>
    <message>
        <source>Ask</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>复制命令</translation>
    </message>
    <message>
        <source>Is there a streak? Where?</source>
        <translation>有没有条纹？在哪里？</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新读取</translation>
    </message>
    <message>
        <source>Looking for servers …</source>
        <translation>正在查找服务器…</translation>
    </message>
    <message>
        <source>Questions that the question set of this project asks</source>
        <translation>此项目问题集中的问题</translation>
    </message>
    <message>
        <source>Read the list of servers again</source>
        <translation>重新读取服务器列表</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Tell it which boxes models have drawn on this photo</source>
        <translation>把模型在此照片上画的框告诉它</translation>
    </message>
    <message>
        <source>With what models found</source>
        <translation>附上模型检测结果</translation>
    </message>
</context>
<context>
    <name>Asking</name>
    <message>
        <source>Asking {server} about {photo} …</source>
        <translation>正在向 {server} 询问 {photo}…</translation>
    </message>
    <message>
        <source>Boxes left out, beside the photo or without area: {n}</source>
        <translation>已略去照片之外或没有面积的框：{n} 个</translation>
    </message>
    <message>
        <source>No boxes.</source>
        <translation>没有框。</translation>
    </message>
    <message>
        <source>No photo is open.</source>
        <translation>没有打开的照片。</translation>
    </message>
    <message>
        <source>No server of a language model is configured on this machine. Nothing is sent anywhere until you add one, in a terminal:</source>
        <translation>本机还没有配置语言模型服务器，添加之前不会向外发送任何数据。请在终端中添加：</translation>
    </message>
    <message>
        <source>None of the servers is said to see pictures. Add one with the name of its VLM:</source>
        <translation>现有服务器都没有注明能看图。请添加一个，并注明所用的 VLM：</translation>
    </message>
    <message>
        <source>Photo and question are sent to {url}.</source>
        <translation>照片和问题将发送到 {url}。</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>The answer breaks off before its end.</source>
        <translation>回答没有说完就中断了。</translation>
    </message>
    <message>
        <source>This image is shown blind: look at it yourself first.</source>
        <translation>此图像为盲标：请先自己判断。</translation>
    </message>
    <message>
        <source>called “{word}”</source>
        <translation>它称为“{word}”</translation>
    </message>
    <message>
        <source>cut at the edge of the photo</source>
        <translation>已按照片边缘裁切</translation>
    </message>
    <message>
        <source>no class of this project</source>
        <translation>不是此项目的类别</translation>
    </message>
    <message>
        <source>unnamed</source>
        <translation>未命名</translation>
    </message>
</context>
<context>
    <name>AskingForm</name>
    <message>
        <source>A box stays when its best word reaches the box score: lower finds more, and more that is wrong. The word score only decides which words count as the reason.</source>
        <translation>框内得分最高的词达到框阈值，框才保留：调低则找到更多，误检也更多。词阈值只决定哪些词算作依据。</translation>
    </message>
    <message>
        <source>Box score</source>
        <translation>框阈值</translation>
    </message>
    <message>
        <source>Draws all that may be it here; the box score then shows what would stay</source>
        <translation>画出此图像上所有可能的目标，再调框阈值即可看到会保留哪些</translation>
    </message>
    <message>
        <source>Keep these words</source>
        <translation>保存提示词</translation>
    </message>
    <message>
        <source>They become the prompts of the classes, for everybody in this project</source>
        <translation>设为类别的提示词，项目中所有人共用</translation>
    </message>
    <message>
        <source>Try on this image</source>
        <translation>在此图像上试用</translation>
    </message>
    <message>
        <source>Word score</source>
        <translation>词阈值</translation>
    </message>
</context>
<context>
    <name>BalancePanel</name>
    <message>
        <source>Boxes by class</source>
        <translation>各类别的框数</translation>
    </message>
    <message>
        <source>By build</source>
        <translation>各批次</translation>
    </message>
    <message>
        <source>Classes without a box by people: {n}</source>
        <translation>没有人工标注框的类别：{n} 个</translation>
    </message>
    <message>
        <source>Label the rarest next</source>
        <translation>优先标注稀缺类别</translation>
    </message>
    <message>
        <source>Normal: {n} of {images} worked on ({percent} %)</source>
        <translation>正常：已处理的 {images}中有 {n} 张（{percent} %）</translation>
    </message>
    <message>
        <source>Put images first whose proposals promise most of what there is least of</source>
        <translation>按预标框判断，把最可能含有稀缺类别的图像排在前面</translation>
    </message>
    <message>
        <source>Sizes: width to the right, height upward</source>
        <translation>尺寸分布：横轴为宽，纵轴为高</translation>
    </message>
    <message>
        <source>The most frequent class has {ratio} times the boxes of the rarest.</source>
        <translation>最多类别的框数是最少类别的 {ratio} 倍。</translation>
    </message>
    <message>
        <source>Together on an image: share of the row&apos;s images</source>
        <translation>同图出现：占该行类别图像的比例</translation>
    </message>
    <message>
        <source>What is missing</source>
        <translation>还缺哪些</translation>
    </message>
    <message>
        <source>Where on the photo</source>
        <translation>在照片上的位置</translation>
    </message>
    <message>
        <source>You label some photos blind, so this tells of boxes by people only.</source>
        <translation>您有部分照片为盲标，因此这里只统计人工框。</translation>
    </message>
    <message>
        <source>all classes</source>
        <translation>全部类别</translation>
    </message>
    <message>
        <source>and {n} more</source>
        <translation>另有 {n} 个</translation>
    </message>
    <message>
        <source>proposals</source>
        <translation>预标框</translation>
    </message>
    <message>
        <source>{boxes}, {width} of the photo wide and {height} high</source>
        <translation>{boxes}，宽占照片 {width}，高占 {height}</translation>
    </message>
    <message>
        <source>{images}, {normal} normal</source>
        <translation>{images}，其中正常 {normal} 张</translation>
    </message>
    <message>
        <source>{percent} % of the images with {one} have {other} too</source>
        <translation>有{one}的图像中，{percent}% 也有{other}</translation>
    </message>
</context>
<context>
    <name>BoxList</name>
    <message>
        <source>By class</source>
        <translation>按类别</translation>
    </message>
    <message>
        <source>By position</source>
        <translation>按位置</translation>
    </message>
    <message>
        <source>By score, doubtful first</source>
        <translation>按置信度，低的在前</translation>
    </message>
    <message>
        <source>By size, largest first</source>
        <translation>按大小，大的在前</translation>
    </message>
    <message>
        <source>In the order they were drawn</source>
        <translation>按绘制顺序</translation>
    </message>
</context>
<context>
    <name>Brush</name>
    <message>
        <source>Click on its box first.</source>
        <translation>请先单击它的框。</translation>
    </message>
    <message>
        <source>No mask is selected to take away from.</source>
        <translation>没有选中要擦除的掩码。</translation>
    </message>
    <message>
        <source>The mask is here already.</source>
        <translation>此处已有掩码。</translation>
    </message>
    <message>
        <source>There is nothing of the mask to take away.</source>
        <translation>此处没有可擦除的掩码。</translation>
    </message>
    <message>
        <source>This would take away all of the mask.</source>
        <translation>这样会擦除整个掩码。</translation>
    </message>
    <message>
        <source>To remove the box, delete it.</source>
        <translation>要去掉该框，请将其删除。</translation>
    </message>
    <message>
        <source>With Shift the brush takes away from it.</source>
        <translation>按住 Shift 时画笔为擦除。</translation>
    </message>
    <message>
        <source>Without Shift the brush adds to it.</source>
        <translation>不按 Shift 时画笔为添加。</translation>
    </message>
</context>
<context>
    <name>Bulk</name>
    <message>
        <source>{proposals} on {images}; undo takes all of it back. Images left alone, for they are settled or to be labelled blind: {settled}.</source>
        <translation>{images}上的 {proposals}；撤销可全部恢复。已定稿或待盲标而未改动的图像：{settled}。</translation>
    </message>
</context>
<context>
    <name>Change</name>
    <message>
        <source>a box became {label}</source>
        <translation>有一个框改成了{label}</translation>
    </message>
    <message>
        <source>class renamed to {label}</source>
        <translation>类别改名为{label}</translation>
    </message>
    <message>
        <source>class {label} is gone</source>
        <translation>类别{label}已删除</translation>
    </message>
    <message>
        <source>tag {label} changed</source>
        <translation>标签“{label}”有变</translation>
    </message>
    <message>
        <source>{label} added</source>
        <translation>新增{label}</translation>
    </message>
    <message>
        <source>{label} moved</source>
        <translation>{label}的位置变了</translation>
    </message>
    <message>
        <source>{label} removed</source>
        <translation>删除了{label}</translation>
    </message>
</context>
<context>
    <name>ClassChoice</name>
    <message>
        <source>Give the class a name of one line.</source>
        <translation>请给类别起一个单行的名称。</translation>
    </message>
    <message>
        <source>Records would say something else. Call the class otherwise, or give it a word of its own for records: `flawmark questions learn`.</source>
        <translation>否则记录会产生歧义。请给该类别换个名称，或为记录另设一个说法：`flawmark questions learn`。</translation>
    </message>
    <message>
        <source>Sentences about no class read as if they spoke of “{name}”: “{text}”</source>
        <translation>与类别无关的句子会被当成在说“{name}”：“{text}”</translation>
    </message>
    <message>
        <source>The classes stay as they are.</source>
        <translation>类别保持不变。</translation>
    </message>
    <message>
        <source>Undo brings the class back.</source>
        <translation>撤销可恢复该类别。</translation>
    </message>
    <message>
        <source>What was {gone} is {into} now.</source>
        <translation>原 {gone} 现为 {into}。</translation>
    </message>
    <message>
        <source>Who leads the project decides on its classes.</source>
        <translation>类别由项目负责人决定。</translation>
    </message>
    <message>
        <source>“{text}” can&apos;t be told to speak of the class “{name}”.</source>
        <translation>无法看出“{text}”说的是类别“{name}”。</translation>
    </message>
</context>
<context>
    <name>ClassChoicesModel</name>
    <message>
        <source>Becomes</source>
        <translation>对应类别</translation>
    </message>
    <message>
        <source>From score</source>
        <translation>最低置信度</translation>
    </message>
    <message>
        <source>Model&apos;s class</source>
        <translation>模型类别</translation>
    </message>
    <message>
        <source>general</source>
        <translation>通用</translation>
    </message>
</context>
<context>
    <name>ClassMenu</name>
    <message>
        <source>A class that has never been used</source>
        <translation>尚未使用过的类别</translation>
    </message>
    <message>
        <source>Chinese name</source>
        <translation>中文名称</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Key …</source>
        <translation>按键…</translation>
    </message>
    <message>
        <source>Merge into</source>
        <translation>并入</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>No key of its own</source>
        <translation>不设专用按键</translation>
    </message>
    <message>
        <source>Only who leads the project changes classes</source>
        <translation>只有项目负责人可以更改类别</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>The digit of its place picks it then</source>
        <translation>此时用其位置的数字选择它</translation>
    </message>
</context>
<context>
    <name>ClassPanel</name>
    <message>
        <source>Add a class …</source>
        <translation>添加类别…</translation>
    </message>
    <message>
        <source>Show or hide proposals</source>
        <translation>显示或隐藏预标框</translation>
    </message>
    <message>
        <source>Show or hide what people drew or checked</source>
        <translation>显示或隐藏人工绘制或核对过的框</translation>
    </message>
    <message>
        <source>Show or hide {name}</source>
        <translation>显示或隐藏 {name}</translation>
    </message>
</context>
<context>
    <name>ClassRow</name>
    <message>
        <source>approved: {n}</source>
        <translation>已通过：{n}</translation>
    </message>
    <message>
        <source>boxes by people: {n}</source>
        <translation>人工框：{n}</translation>
    </message>
    <message>
        <source>boxes in the project: {n}</source>
        <translation>项目中的框：{n}</translation>
    </message>
    <message>
        <source>of them proposals: {n}</source>
        <translation>其中建议：{n}</translation>
    </message>
    <message>
        <source>submitted: {n}</source>
        <translation>已提交：{n}</translation>
    </message>
    <message>
        <source>wanted: {n}</source>
        <translation>目标：{n}</translation>
    </message>
</context>
<context>
    <name>CommentPanel</name>
    <message>
        <source>Begin a thread of its own</source>
        <translation>另起一条讨论</translation>
    </message>
    <message>
        <source>Comment. Enter sends, Shift+Enter starts a line</source>
        <translation>写批注。Enter 发送，Shift+Enter 换行</translation>
    </message>
    <message>
        <source>Don&apos;t reply</source>
        <translation>不回复</translation>
    </message>
    <message>
        <source>Nobody has said anything about this image.</source>
        <translation>此图像还没有批注。</translation>
    </message>
    <message>
        <source>Pin to the selected box</source>
        <translation>钉在所选框上</translation>
    </message>
    <message>
        <source>Reply to {person}</source>
        <translation>回复 {person}</translation>
    </message>
    <message>
        <source>Reply. Enter sends, Shift+Enter starts a line</source>
        <translation>回复。按 Enter 发送，Shift+Enter 换行</translation>
    </message>
    <message>
        <source>Show {n} earlier</source>
        <translation>显示更早的 {n} 条</translation>
    </message>
    <message>
        <source>{n} characters are too many; {most} are possible.</source>
        <translation>{n} 个字太长，最多 {most} 个字。</translation>
    </message>
</context>
<context>
    <name>ConversationPanel</name>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Add a question and its answer of your own</source>
        <translation>添加一组自己的问答</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>批准</translation>
    </message>
    <message>
        <source>Approved</source>
        <translation>已批准</translation>
    </message>
    <message>
        <source>Approved by {person}, {when}.</source>
        <translation>{person} 于 {when} 批准。</translation>
    </message>
    <message>
        <source>Ask for no more; what came stays</source>
        <translation>不再询问，已有的结果保留</translation>
    </message>
    <message>
        <source>It agrees with the labels. Turns: {n}, edited: {edited}.</source>
        <translation>与标注一致。问答 {n} 组，人工修改 {edited} 组。</translation>
    </message>
    <message>
        <source>Nothing is on this image yet that could be talked about.</source>
        <translation>此图像暂无问答内容。</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Reword all</source>
        <translation>全部改写</translation>
    </message>
    <message>
        <source>Say that all of it may be trained on as it stands</source>
        <translation>确认全部问答可用于训练</translation>
    </message>
    <message>
        <source>Some of it doesn&apos;t agree with the labels. Turns: {n}.</source>
        <translation>有内容与标注不一致。问答 {n} 组。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>The labels have changed since it was written: {changes}.</source>
        <translation>写好之后标注有改动：{changes}。</translation>
    </message>
    <message>
        <source>The records as a trainer would get them</source>
        <translation>查看训练框架实际读到的记录</translation>
    </message>
    <message>
        <source>Write again</source>
        <translation>重写</translation>
    </message>
    <message>
        <source>Write all turns anew that no person has edited</source>
        <translation>重写所有没有人工修改过的问答</translation>
    </message>
    <message>
        <source>{reasons}: nothing is written or exported until the label or the tag is corrected.</source>
        <translation>{reasons}：更正标注或标签之前，既不生成也不导出对话。</translation>
    </message>
</context>
<context>
    <name>Counted</name>
    <message>
        <source>1 box</source>
        <translation>1 个框</translation>
    </message>
    <message>
        <source>1 image</source>
        <translation>1 张图像</translation>
    </message>
    <message>
        <source>1 proposal</source>
        <translation>1 个预标框</translation>
    </message>
    <message>
        <source>{n} boxes</source>
        <translation>{n} 个框</translation>
    </message>
    <message>
        <source>{n} images</source>
        <translation>{n} 张图像</translation>
    </message>
    <message>
        <source>{n} proposals</source>
        <translation>{n} 个预标框</translation>
    </message>
</context>
<context>
    <name>CropWall</name>
    <message>
        <source>Approve {images}</source>
        <translation>通过 {images}</translation>
    </message>
    <message>
        <source>Click what is wrong: it is marked, and its image opens. Space turns the page. A wall shows no defect that was missed.</source>
        <translation>点击有误的框：标出并打开其图像。按空格翻页。漏标的缺陷不会出现在图墙上。</translation>
    </message>
    <message>
        <source>Every box was looked at on {count} of {images}.</source>
        <translation>{images}中已有 {count} 张看过全部框。</translation>
    </message>
    <message>
        <source>Nothing in this list waits for your review.</source>
        <translation>此列表中没有待你审核的图像。</translation>
    </message>
    <message>
        <source>Of the list there come, when these are done: {count}</source>
        <translation>完成这些后，列表中还有：{count}</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Wall of crops</source>
        <translation>缺陷图墙</translation>
    </message>
    <message>
        <source>{name}: {looked_at} of {boxes}</source>
        <translation>{name}：{looked_at} / {boxes}</translation>
    </message>
</context>
<context>
    <name>DemoMaking</name>
    <message>
        <source>Making the demo was stopped.</source>
        <translation>已停止制作演示。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>The demo has no proposals: no model can run here.</source>
        <translation>示例没有预标框：此处无法运行模型。</translation>
    </message>
    <message>
        <source>The demo is ready.</source>
        <translation>示例已就绪。</translation>
    </message>
    <message>
        <source>a model draws on them</source>
        <translation>模型正在标注</translation>
    </message>
    <message>
        <source>adding photos</source>
        <translation>正在添加照片</translation>
    </message>
    <message>
        <source>exporting</source>
        <translation>正在导出</translation>
    </message>
    <message>
        <source>making photos</source>
        <translation>正在生成照片</translation>
    </message>
    <message>
        <source>making the demo</source>
        <translation>正在制作演示</translation>
    </message>
</context>
<context>
    <name>DetectorRow</name>
    <message>
        <source>Cuts larger photos into tiles of this side</source>
        <translation>照片大于此边长时，切块检测</translation>
    </message>
    <message>
        <source>Least score; the model&apos;s own where none is given</source>
        <translation>最低置信度；不填则用模型自己的</translation>
    </message>
    <message>
        <source>Take this detector out</source>
        <translation>移除此检测器</translation>
    </message>
    <message>
        <source>its own scores</source>
        <translation>模型默认</translation>
    </message>
    <message>
        <source>whole photo</source>
        <translation>整张照片</translation>
    </message>
</context>
<context>
    <name>DisagreementPanel</name>
    <message>
        <source>Accept it</source>
        <translation>接受预标框</translation>
    </message>
    <message>
        <source>All of them are answered.</source>
        <translation>已全部处理。</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>重新处理</translation>
    </message>
    <message>
        <source>Draw it</source>
        <translation>补画此框</translation>
    </message>
    <message>
        <source>Draw the model&apos;s box as yours</source>
        <translation>按模型的框补画，算作人工标注</translation>
    </message>
    <message>
        <source>Give the box the model&apos;s class</source>
        <translation>框改用模型的类别</translation>
    </message>
    <message>
        <source>Give the box the model&apos;s outline</source>
        <translation>框改用模型给出的位置和轮廓</translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation>保留我的</translation>
    </message>
    <message>
        <source>Leave the box as it is</source>
        <translation>框保持不变</translation>
    </message>
    <message>
        <source>Leave the image as it is</source>
        <translation>图像保持不变</translation>
    </message>
    <message>
        <source>No model sees this image otherwise.</source>
        <translation>此图像上模型与人工没有分歧。</translation>
    </message>
    <message>
        <source>Not there</source>
        <translation>此处没有</translation>
    </message>
    <message>
        <source>Nothing is there: remove the box</source>
        <translation>此处没有目标：删除此框</translation>
    </message>
    <message>
        <source>Nothing is there: remove the proposal</source>
        <translation>此处没有目标：移除此预标框</translation>
    </message>
    <message>
        <source>Put it among those that wait for an answer</source>
        <translation>放回待处理的分歧中</translation>
    </message>
    <message>
        <source>Reject it</source>
        <translation>拒绝预标框</translation>
    </message>
    <message>
        <source>Remove mine</source>
        <translation>删除我的</translation>
    </message>
    <message>
        <source>Show {n} more</source>
        <translation>再显示 {n} 条</translation>
    </message>
    <message>
        <source>Take its box</source>
        <translation>用模型的框</translation>
    </message>
    <message>
        <source>Take its class</source>
        <translation>用模型的类别</translation>
    </message>
    <message>
        <source>The proposal that stands there is right</source>
        <translation>此处的预标框是对的</translation>
    </message>
    <message>
        <source>Waiting for an answer: {n}</source>
        <translation>待处理：{n} 条</translation>
    </message>
    <message>
        <source>kept by {person}, {when}</source>
        <translation>{person} 维持人工结果，{when}</translation>
    </message>
    <message>
        <source>{model} also sees {found} here.</source>
        <translation>{model} 在此处还检出“{found}”。</translation>
    </message>
    <message>
        <source>{model} does not find this {own}.</source>
        <translation>{model} 未检出这处“{own}”。</translation>
    </message>
    <message>
        <source>{model} draws this {own} elsewhere: overlap {percent} %.</source>
        <translation>{model} 画的“{own}”位置不同：重叠 {percent}%。</translation>
    </message>
    <message>
        <source>{model} takes this {own} for {found}.</source>
        <translation>{model} 把这处“{own}”判为“{found}”。</translation>
    </message>
</context>
<context>
    <name>Document</name>
    <message>
        <source>There is no step of yours to make again.</source>
        <translation>没有可重做的步骤。</translation>
    </message>
    <message>
        <source>There is no step of yours to take back.</source>
        <translation>没有可撤销的步骤。</translation>
    </message>
</context>
<context>
    <name>Duration</name>
    <message>
        <source>{h} h {min} min</source>
        <translation>{h} 小时 {min} 分</translation>
    </message>
    <message>
        <source>{min} min {s} s</source>
        <translation>{min} 分 {s} 秒</translation>
    </message>
    <message>
        <source>{s} s</source>
        <translation>{s} 秒</translation>
    </message>
</context>
<context>
    <name>EnlargeBox</name>
    <message>
        <source>Small photos enlarged</source>
        <translation>放大小照片</translation>
    </message>
    <message>
        <source>This model counts in pixels of what it sees: enlarged, its boxes are finer, and each small photo costs it more tokens. Ask it as it was trained.</source>
        <translation>此模型以所见图像的像素计坐标：放大后框更精细，但每张小照片会占用更多词元。请与训练时的方式保持一致。</translation>
    </message>
</context>
<context>
    <name>ExchangeCard</name>
    <message>
        <source>Again</source>
        <translation>换一种说法</translation>
    </message>
    <message>
        <source>Asking …</source>
        <translation>正在询问…</translation>
    </message>
    <message>
        <source>Not reworded: {reason}</source>
        <translation>未改写：{reason}</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Reword</source>
        <translation>改写</translation>
    </message>
    <message>
        <source>Take this turn out</source>
        <translation>删除这组问答</translation>
    </message>
    <message>
        <source>Write this turn anew, in other words</source>
        <translation>换一种说法重写这组问答</translation>
    </message>
    <message>
        <source>edited by {person}</source>
        <translation>{person} 修改过</translation>
    </message>
    <message>
        <source>worded by {model}</source>
        <translation>{model} 改写</translation>
    </message>
    <message>
        <source>worded by {model}, edited by {person}</source>
        <translation>{model} 改写，{person} 修改过</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Copy photos instead of linking them</source>
        <translation>复制照片，而不是链接</translation>
    </message>
    <message>
        <source>Divide into train, val and test, by whole builds</source>
        <translation>按整个批次划分为训练、验证和测试集</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>For</source>
        <translation>用于</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>In the folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Nothing is left to train on.</source>
        <translation>没有可用于训练的图像。</translation>
    </message>
    <message>
        <source>Say in which folder it is to lie.</source>
        <translation>请指定保存到哪个文件夹。</translation>
    </message>
</context>
<context>
    <name>Exporting</name>
    <message>
        <source>Exported to {folder}: {counts}</source>
        <translation>已导出到 {folder}：{counts}</translation>
    </message>
    <message>
        <source>Folder for the export</source>
        <translation>导出文件夹</translation>
    </message>
    <message>
        <source>How images were divided into train, val and test stays in the project.</source>
        <translation>图像在 train、val、test 中的划分会保留在项目中。</translation>
    </message>
    <message>
        <source>Multimodal records (JSONL)</source>
        <translation>多模态记录（JSONL）</translation>
    </message>
    <message>
        <source>The export was stopped: {folder} is as it was before.</source>
        <translation>导出已停止：{folder} 保持原样。</translation>
    </message>
    <message>
        <source>all that are labelled, by people or models</source>
        <translation>所有已标注的（人工或模型）</translation>
    </message>
    <message>
        <source>approved</source>
        <translation>已通过</translation>
    </message>
    <message>
        <source>exporting</source>
        <translation>正在导出</translation>
    </message>
    <message>
        <source>handed in, and approved</source>
        <translation>已提交和已通过</translation>
    </message>
    <message>
        <source>looking for photos in two parts</source>
        <translation>正在查找跨集合的重复照片</translation>
    </message>
    <message>
        <source>records: {n}</source>
        <translation>记录：{n}</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>Assigned</source>
        <translation>指派给</translation>
    </message>
    <message>
        <source>Boxes</source>
        <translation>框</translation>
    </message>
    <message>
        <source>Build</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Falling</source>
        <translation>降序</translation>
    </message>
    <message>
        <source>Find in file names</source>
        <translation>按文件名查找</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型分歧</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>More · {n}</source>
        <translation>更多 · {n}</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Rising</source>
        <translation>升序</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>模型运行</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>置信度</translation>
    </message>
    <message>
        <source>Show all images again</source>
        <translation>重新显示全部图像</translation>
    </message>
    <message>
        <source>Sort</source>
        <translation>排序</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>any</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>无人</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>{found} of {total}</source>
        <translation>{found} / {total}</translation>
    </message>
</context>
<context>
    <name>FindReasons</name>
    <message>
        <source>Because of</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>置信度</translation>
    </message>
    <message>
        <source>no word reaches the score</source>
        <translation>没有词达到阈值</translation>
    </message>
</context>
<context>
    <name>Finding</name>
    <message>
        <source>&lt;image&gt; is put in by the export: take it out.</source>
        <translation>&lt;image&gt; 由导出自动加入，请删去。</translation>
    </message>
    <message>
        <source>A model or a search is at work already.</source>
        <translation>已有模型或查找在运行。</translation>
    </message>
    <message>
        <source>Asked was the {expected}, this tells the {said}.</source>
        <translation>问的是{expected}，答的却是{said}。</translation>
    </message>
    <message>
        <source>Asked was {expected}, this speaks of {said}.</source>
        <translation>问的是{expected}，说的却是{said}。</translation>
    </message>
    <message>
        <source>Boxes are asked for, and nothing else.</source>
        <translation>此处只应回答框，不要其他文字。</translation>
    </message>
    <message>
        <source>Carrying over</source>
        <translation>沿用上一层的框</translation>
    </message>
    <message>
        <source>Finding similar ones</source>
        <translation>查找相似目标</translation>
    </message>
    <message>
        <source>New proposals: {count}, on images: {images}</source>
        <translation>新增预标框：{count} 个，图像：{images} 张</translation>
    </message>
    <message>
        <source>New proposals: {count}; no longer there: {dropped}</source>
        <translation>新增预标框：{count} 个；已不存在：{dropped} 个</translation>
    </message>
    <message>
        <source>Not all of it is told: the labels hold {expected}.</source>
        <translation>没有说全，标注里有：{expected}。</translation>
    </message>
    <message>
        <source>People have settled this already; nothing was changed.</source>
        <translation>已由人员完成，未作更改。</translation>
    </message>
    <message>
        <source>Select the one box that the others are to be like.</source>
        <translation>请选中一个框，作为查找的样本。</translation>
    </message>
    <message>
        <source>The labels say otherwise: {expected}.</source>
        <translation>与标注不符，应为：{expected}。</translation>
    </message>
    <message>
        <source>There is no other image to search.</source>
        <translation>没有其他图像可查找。</translation>
    </message>
    <message>
        <source>There is no text.</source>
        <translation>没有文字。</translation>
    </message>
    <message>
        <source>These are not all the boxes that are asked for.</source>
        <translation>这里的框与所问的不一致。</translation>
    </message>
    <message>
        <source>cause</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>consequence</source>
        <translation>后果</translation>
    </message>
    <message>
        <source>no</source>
        <translation>没有</translation>
    </message>
    <message>
        <source>remedy</source>
        <translation>措施</translation>
    </message>
    <message>
        <source>search failed</source>
        <translation>查找出错</translation>
    </message>
    <message>
        <source>search stopped</source>
        <translation>查找已停止</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>有</translation>
    </message>
    <message>
        <source>{label} never occurs at the stage “{tag}”</source>
        <translation>“{tag}”阶段不会出现{label}</translation>
    </message>
    <message>
        <source>“{said}” contradicts “{expected}” before it.</source>
        <translation>“{said}”与前面的“{expected}”矛盾。</translation>
    </message>
    <message>
        <source>“{said}” is in another language.</source>
        <translation>“{said}”不是这种语言。</translation>
    </message>
    <message>
        <source>“{words}” are numbers of a box, in a text for people.</source>
        <translation>“{words}”是框的坐标，不应写在叙述里。</translation>
    </message>
    <message>
        <source>“{words}” is denied; the labels hold {expected}.</source>
        <translation>这里否认了“{words}”，标注里有{expected}处。</translation>
    </message>
    <message>
        <source>“{words}” is left over from a template.</source>
        <translation>“{words}”是模板里没有填好的内容。</translation>
    </message>
    <message>
        <source>“{words}” is said of {said}, not of {expected}.</source>
        <translation>“{words}”说的是{said}，不是{expected}。</translation>
    </message>
    <message>
        <source>“{words}” stands here twice.</source>
        <translation>“{words}”重复出现。</translation>
    </message>
    <message>
        <source>“{words}”: by its area it is {expected}.</source>
        <translation>“{words}”：按面积应为{expected}。</translation>
    </message>
    <message>
        <source>“{words}”: classes that the labels hold: {expected}.</source>
        <translation>“{words}”：标注中已有的类别：{expected}。</translation>
    </message>
    <message>
        <source>“{words}”: the labels hold no {said}.</source>
        <translation>“{words}”：标注里没有{said}。</translation>
    </message>
    <message>
        <source>“{words}”: the labels hold {expected} defects.</source>
        <translation>“{words}”：标注里有{expected}处缺陷。</translation>
    </message>
    <message>
        <source>“{words}”: the labels hold {expected} in all.</source>
        <translation>“{words}”：标注里共{expected}处。</translation>
    </message>
    <message>
        <source>“{words}”: the labels hold {expected}.</source>
        <translation>“{words}”：标注里是{expected}。</translation>
    </message>
    <message>
        <source>“{words}”: the labels say {expected}.</source>
        <translation>“{words}”：按标注应为{expected}。</translation>
    </message>
</context>
<context>
    <name>FirstImage</name>
    <message>
        <source>No image of this project passes the filter.</source>
        <translation>此项目中没有符合筛选条件的图像。</translation>
    </message>
    <message>
        <source>This project has no photos yet.

Drop a folder with photos here.</source>
        <translation>此项目还没有照片。

请把照片文件夹拖到这里。</translation>
    </message>
</context>
<context>
    <name>HelpPages</name>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
</context>
<context>
    <name>History</name>
    <message>
        <source>, and 1 more change</source>
        <translation>，另有 1 处改动</translation>
    </message>
    <message>
        <source>, and {n} more changes</source>
        <translation>，另有 {n} 处更改</translation>
    </message>
    <message>
        <source>a class that is gone</source>
        <translation>已删除的类别</translation>
    </message>
    <message>
        <source>accepted proposals: {n}</source>
        <translation>接受预标框：{n} 个</translation>
    </message>
    <message>
        <source>accepted {name}</source>
        <translation>接受 {name}</translation>
    </message>
    <message>
        <source>added boxes: {n}</source>
        <translation>新增框：{n} 个</translation>
    </message>
    <message>
        <source>added {name}</source>
        <translation>新增 {name}</translation>
    </message>
    <message>
        <source>again: {what}</source>
        <translation>重做：{what}</translation>
    </message>
    <message>
        <source>assigned to {person}</source>
        <translation>指派给 {person}</translation>
    </message>
    <message>
        <source>boxes of another class: {n}</source>
        <translation>改类别的框：{n} 个</translation>
    </message>
    <message>
        <source>by less than a tenth of a pixel</source>
        <translation>不到 0.1 px</translation>
    </message>
    <message>
        <source>classes: {what}</source>
        <translation>类别：{what}</translation>
    </message>
    <message>
        <source>imported: {what}</source>
        <translation>导入：{what}</translation>
    </message>
    <message>
        <source>marked normal</source>
        <translation>标为正常</translation>
    </message>
    <message>
        <source>moved boxes: {n}</source>
        <translation>移动框：{n} 个</translation>
    </message>
    <message>
        <source>moved {name} {way}</source>
        <translation>移动 {name}，{way}</translation>
    </message>
    <message>
        <source>no longer marked normal</source>
        <translation>取消正常</translation>
    </message>
    <message>
        <source>normal</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>nothing that is still shown</source>
        <translation>没有仍可显示的内容</translation>
    </message>
    <message>
        <source>pre-labelled: {what}</source>
        <translation>预标注：{what}</translation>
    </message>
    <message>
        <source>proposal {name}</source>
        <translation>预标框 {name}</translation>
    </message>
    <message>
        <source>proposals: {n}</source>
        <translation>预标框：{n} 个</translation>
    </message>
    <message>
        <source>proposed {name}</source>
        <translation>预标 {name}</translation>
    </message>
    <message>
        <source>redrawn outlines: {n}</source>
        <translation>重画轮廓：{n} 个</translation>
    </message>
    <message>
        <source>redrew the outline of {name}</source>
        <translation>重画 {name} 的轮廓</translation>
    </message>
    <message>
        <source>removed boxes: {n}</source>
        <translation>删除框：{n} 个</translation>
    </message>
    <message>
        <source>removed proposals: {n}</source>
        <translation>拒绝预标框：{n} 个</translation>
    </message>
    <message>
        <source>removed the proposal {name}</source>
        <translation>拒绝预标框 {name}</translation>
    </message>
    <message>
        <source>removed {name}</source>
        <translation>删除 {name}</translation>
    </message>
    <message>
        <source>resized boxes: {n}</source>
        <translation>调整框大小：{n} 个</translation>
    </message>
    <message>
        <source>resized {name}</source>
        <translation>调整 {name} 的大小</translation>
    </message>
    <message>
        <source>split {split}</source>
        <translation>划分到 {split}</translation>
    </message>
    <message>
        <source>split: {what}</source>
        <translation>划分：{what}</translation>
    </message>
    <message>
        <source>tag {tag} added</source>
        <translation>添加标签 {tag}</translation>
    </message>
    <message>
        <source>tag {tag} removed</source>
        <translation>移除标签 {tag}</translation>
    </message>
    <message>
        <source>took a class away</source>
        <translation>移除了一个类别</translation>
    </message>
    <message>
        <source>undid: {what}</source>
        <translation>撤销：{what}</translation>
    </message>
    <message>
        <source>{gone} is {now} now, boxes: {n}</source>
        <translation>{gone} 现为 {now}，框数：{n}</translation>
    </message>
    <message>
        <source>{old} → {name}</source>
        <translation>{old} → {name}</translation>
    </message>
    <message>
        <source>{px} px down</source>
        <translation>向下 {px} px</translation>
    </message>
    <message>
        <source>{px} px left</source>
        <translation>向左 {px} px</translation>
    </message>
    <message>
        <source>{px} px right</source>
        <translation>向右 {px} px</translation>
    </message>
    <message>
        <source>{px} px up</source>
        <translation>向上 {px} px</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>This image</source>
        <translation>此图像</translation>
    </message>
    <message>
        <source>Whole project</source>
        <translation>整个项目</translation>
    </message>
</context>
<context>
    <name>ImageQueue</name>
    <message>
        <source>normal</source>
        <translation>正常</translation>
    </message>
</context>
<context>
    <name>ImageStrip</name>
    <message>
        <source>Alt+{digit}</source>
        <translation>Alt+{digit}</translation>
    </message>
    <message>
        <source>Approve, next</source>
        <translation>通过，下一张</translation>
    </message>
    <message>
        <source>Blind: proposals are hidden</source>
        <translation>盲标：预标框已隐藏</translation>
    </message>
    <message>
        <source>Draw what you see. Proposals that you don&apos;t see go when you submit.</source>
        <translation>看到什么就画什么。提交时，没看到的预标框会被移除。</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Open comments: {count}</source>
        <translation>未解决批注：{count}</translation>
    </message>
    <message>
        <source>Proposals below the score that is set. They go when you submit.</source>
        <translation>低于所设分数的预标框，提交时会被移除。</translation>
    </message>
    <message>
        <source>Return …</source>
        <translation>退回…</translation>
    </message>
    <message>
        <source>Show what was said about this image</source>
        <translation>查看此图像的批注</translation>
    </message>
    <message>
        <source>This image shows no defect</source>
        <translation>此图像没有缺陷</translation>
    </message>
    <message>
        <source>for {person}</source>
        <translation>指派给 {person}</translation>
    </message>
    <message>
        <source>{count} hidden below {score}</source>
        <translation>已隐藏低于 {score} 的 {count} 个</translation>
    </message>
</context>
<context>
    <name>KeyButton</name>
    <message>
        <source>Press a key …</source>
        <translation>请按键…</translation>
    </message>
</context>
<context>
    <name>KeyEditor</name>
    <message>
        <source>All as they were at first</source>
        <translation>全部恢复默认</translation>
    </message>
    <message>
        <source>As it was at first</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Click a key, then press the new one. Esc leaves it as it was.</source>
        <translation>点击一个键，再按下新的键。按 Esc 保持不变。</translation>
    </message>
    <message>
        <source>One more key for this</source>
        <translation>再加一个键</translation>
    </message>
</context>
<context>
    <name>Keys</name>
    <message>
        <source>Choose a letter, a digit or a sign.</source>
        <translation>请选择一个字母、数字或符号。</translation>
    </message>
    <message>
        <source>Choose another key, or first change “{title}”.</source>
        <translation>请另选一个键，或先更改“{title}”的键。</translation>
    </message>
    <message>
        <source>Choose another key.</source>
        <translation>请另选一个键。</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Enter (keypad)</source>
        <translation>Enter（小键盘）</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>“{key}” already does “{title}”.</source>
        <translation>“{key}”已用于“{title}”。</translation>
    </message>
    <message>
        <source>“{key}” always leaves what was begun.</source>
        <translation>“{key}”固定用于取消当前操作。</translation>
    </message>
    <message>
        <source>“{key}” can&apos;t be the key of a class.</source>
        <translation>“{key}”不能用作类别的按键。</translation>
    </message>
    <message>
        <source>“{key}” is kept for classes and tags.</source>
        <translation>“{key}”保留给类别和标签。</translation>
    </message>
    <message>
        <source>“{key}” picks the class “{name}”.</source>
        <translation>“{key}”已用于选择类别“{name}”。</translation>
    </message>
</context>
<context>
    <name>Kind</name>
    <message>
        <source>Cause</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Consequence and remedy</source>
        <translation>后果与措施</translation>
    </message>
    <message>
        <source>Identification</source>
        <translation>类别与数量</translation>
    </message>
    <message>
        <source>Presence</source>
        <translation>有无缺陷</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>位置</translation>
    </message>
</context>
<context>
    <name>Leaving</name>
    <message>
        <source>Another program holds the file. Flawmark goes on when all is saved.</source>
        <translation>另一个程序占用着文件。全部保存后 Flawmark 会继续。</translation>
    </message>
    <message>
        <source>Not everything is saved yet.</source>
        <translation>尚未全部保存。</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>a proposal nobody has touched yet</source>
        <translation>尚无人处理的预标框</translation>
    </message>
    <message>
        <source>drawn or checked by a person</source>
        <translation>人工绘制或核对过</translation>
    </message>
</context>
<context>
    <name>LookingPanel</name>
    <message>
        <source>Black becomes white.</source>
        <translation>黑变白，白变黑。</translation>
    </message>
    <message>
        <source>CLAHE: uses all grey levels within each tile.</source>
        <translation>CLAHE：每个分块内用足全部灰阶。</translation>
    </message>
    <message>
        <source>Dark areas</source>
        <translation>看暗部</translation>
    </message>
    <message>
        <source>Even light</source>
        <translation>匀光</translation>
    </message>
    <message>
        <source>Faint marks</source>
        <translation>看浅痕</translation>
    </message>
    <message>
        <source>Flat field</source>
        <translation>平场校正</translation>
    </message>
    <message>
        <source>Gamma</source>
        <translation>伽马</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>反相</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>窗位</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>限幅</translation>
    </message>
    <message>
        <source>Local contrast</source>
        <translation>局部对比度</translation>
    </message>
    <message>
        <source>Plain</source>
        <translation>原图</translation>
    </message>
    <message>
        <source>Spreads some grey levels over all of black to white.</source>
        <translation>把一段灰阶拉伸到从黑到白的整个范围。</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>Takes uneven light out: grey is as bright as around it.</source>
        <translation>去除光照不均，使各处灰度一致。</translation>
    </message>
    <message>
        <source>Tiles</source>
        <translation>分块</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>窗宽</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗宽窗位</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Panels</source>
        <translation>面板</translation>
    </message>
    <message>
        <source>The key {key} of class {name} does something else here.</source>
        <translation>类别 {name} 的快捷键 {key} 在这里另有用途。</translation>
    </message>
    <message>
        <source>The language changes when Flawmark is started again.</source>
        <translation>重新启动 Flawmark 后切换语言。</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Dismiss all</source>
        <translation>全部关闭</translation>
    </message>
</context>
<context>
    <name>MessageHistory</name>
    <message>
        <source>Nothing has been said yet.</source>
        <translation>还没有消息。</translation>
    </message>
    <message>
        <source>error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>info</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <source>saved</source>
        <translation>已保存</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>警告</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>Something in Flawmark went wrong: {error}</source>
        <translation>Flawmark 内部出错：{error}</translation>
    </message>
    <message>
        <source>What was shown as saved is safe. Its trace could not be kept: {why}</source>
        <translation>显示为已保存的内容都是安全的。错误记录无法保存：{why}</translation>
    </message>
    <message>
        <source>What was shown as saved is safe. Its trace, to report it, is in {path}</source>
        <translation>显示为已保存的内容都是安全的。报告问题请附上错误记录：{path}</translation>
    </message>
</context>
<context>
    <name>ModelChoice</name>
    <message>
        <source>Recipe: {name}</source>
        <translation>方案：{name}</translation>
    </message>
    <message>
        <source>Select the one box that is to be the region.</source>
        <translation>请选中一个框，作为检测区域。</translation>
    </message>
    <message>
        <source>Starter: powder bed</source>
        <translation>自带模型（粉床）</translation>
    </message>
    <message>
        <source>Weights (*.pt *.onnx);;All files (*)</source>
        <translation>权重 (*.pt *.onnx);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Weights of a model</source>
        <translation>模型权重</translation>
    </message>
</context>
<context>
    <name>ModelDialog</name>
    <message>
        <source>Adding …</source>
        <translation>正在添加…</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>已取消。</translation>
    </message>
    <message>
        <source>Folder of a model</source>
        <translation>模型文件夹</translation>
    </message>
    <message>
        <source>Loading {name} …</source>
        <translation>正在加载 {name}…</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Models and recipes</source>
        <translation>模型与方案</translation>
    </message>
    <message>
        <source>Recipes</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Removing {name} …</source>
        <translation>正在移除 {name}…</translation>
    </message>
    <message>
        <source>Weights (*.pt *.pth *.onnx *.safetensors);;All files (*)</source>
        <translation>权重 (*.pt *.pth *.onnx *.safetensors);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Weights of a model</source>
        <translation>模型权重</translation>
    </message>
    <message>
        <source>{name} is gone from the shelf.</source>
        <translation>{name} 已从模型库移除。</translation>
    </message>
    <message>
        <source>{name} is on the shelf.</source>
        <translation>{name} 已加入模型库。</translation>
    </message>
    <message>
        <source>{name}: loaded in {s:.1f} s on {device}, {speed}</source>
        <translation>{name}：在 {device} 上加载用时 {s:.1f} 秒，{speed}</translation>
    </message>
</context>
<context>
    <name>ModelJobs</name>
    <message>
        <source>A search is at work; choose the model again after it.</source>
        <translation>查找正在运行，请在结束后重新选择模型。</translation>
    </message>
    <message>
        <source>Which classes {name} has is known once it is loaded.</source>
        <translation>加载 {name} 后才知道它有哪些类别。</translation>
    </message>
</context>
<context>
    <name>Modelling</name>
    <message>
        <source>A model or a search is at work already.</source>
        <translation>已有模型或查找在运行。</translation>
    </message>
    <message>
        <source>Photos left out besides: {count}. The panel of models lists them.</source>
        <translation>另外略过的照片：{count}。模型面板中有列表。</translation>
    </message>
    <message>
        <source>The model is started again, and goes on where it was.</source>
        <translation>模型正在重新启动，并从中断处继续。</translation>
    </message>
    <message>
        <source>There is no image to go over.</source>
        <translation>没有要处理的图像。</translation>
    </message>
    <message>
        <source>These words are now the prompts of the classes.</source>
        <translation>这些词已设为类别的提示词。</translation>
    </message>
    <message>
        <source>model failed</source>
        <translation>模型出错</translation>
    </message>
    <message>
        <source>model stopped</source>
        <translation>模型已停止</translation>
    </message>
</context>
<context>
    <name>Mouse</name>
    <message>
        <source>Alt+Click</source>
        <translation>Alt+单击</translation>
    </message>
    <message>
        <source>Alt+Wheel</source>
        <translation>Alt+滚轮</translation>
    </message>
    <message>
        <source>Click</source>
        <translation>单击</translation>
    </message>
    <message>
        <source>Ctrl+Click</source>
        <translation>Ctrl+单击</translation>
    </message>
    <message>
        <source>Ctrl+Drag</source>
        <translation>Ctrl+拖动</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>双击</translation>
    </message>
    <message>
        <source>Drag</source>
        <translation>拖动</translation>
    </message>
    <message>
        <source>Draw, or pull an edge; move what is selected</source>
        <translation>画框或拉边；移动所选</translation>
    </message>
    <message>
        <source>Drop what is begun; deselect</source>
        <translation>放弃进行中的操作；取消选择</translation>
    </message>
    <message>
        <source>Middle drag</source>
        <translation>中键拖动</translation>
    </message>
    <message>
        <source>Mouse and Esc</source>
        <translation>鼠标与 Esc</translation>
    </message>
    <message>
        <source>Move the photo</source>
        <translation>移动照片</translation>
    </message>
    <message>
        <source>Move the photo sideways, up and down</source>
        <translation>左右、上下移动照片</translation>
    </message>
    <message>
        <source>Outline by a click: this is beside it</source>
        <translation>点选勾画：此处不属于它</translation>
    </message>
    <message>
        <source>Right click</source>
        <translation>右键单击</translation>
    </message>
    <message>
        <source>Right drag</source>
        <translation>右键拖动</translation>
    </message>
    <message>
        <source>Select a box</source>
        <translation>选择一个框</translation>
    </message>
    <message>
        <source>Select all in a frame</source>
        <translation>框选</translation>
    </message>
    <message>
        <source>Select one more, or one less</source>
        <translation>加选或减选</translation>
    </message>
    <message>
        <source>Shift+Click</source>
        <translation>Shift+单击</translation>
    </message>
    <message>
        <source>Shift+Drag</source>
        <translation>Shift+拖动</translation>
    </message>
    <message>
        <source>Shift+Wheel</source>
        <translation>Shift+滚轮</translation>
    </message>
    <message>
        <source>Take a corner of an outline away</source>
        <translation>去掉轮廓的一个角点</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <source>Whole image; on an outline, one corner more</source>
        <translation>整幅图像；在轮廓上则加一个角点</translation>
    </message>
    <message>
        <source>With the brush: take away</source>
        <translation>画笔：擦除</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>以指针为中心缩放</translation>
    </message>
</context>
<context>
    <name>Moves</name>
    <message>
        <source>Add a class at the foot of the list of classes.</source>
        <translation>请在类别列表底部添加类别。</translation>
    </message>
    <message>
        <source>Boxes of the same classes lie just there already: {count}</source>
        <translation>同一位置已有同类框：{count}</translation>
    </message>
    <message>
        <source>Left out, for boxes of the same classes lie just there: {count}</source>
        <translation>同一位置已有同类框，已略过：{count}</translation>
    </message>
    <message>
        <source>Nothing was added, or they would lie on each other unseen.</source>
        <translation>未添加任何框，否则会重叠而看不出来。</translation>
    </message>
    <message>
        <source>Proposals below {score} removed: {count}. Undo brings them back.</source>
        <translation>已移除低于 {score} 的预标框：{count}。撤销可恢复。</translation>
    </message>
    <message>
        <source>This project has no label class, so a box can&apos;t be of any.</source>
        <translation>此项目还没有类别，无法给框指定类别。</translation>
    </message>
</context>
<context>
    <name>NewProjectDialog</name>
    <message>
        <source>A folder can&apos;t have this name.</source>
        <translation>文件夹不能用这个名称。</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>创建</translation>
    </message>
    <message>
        <source>In the folder</source>
        <translation>所在文件夹</translation>
    </message>
    <message>
        <source>It needs a name.</source>
        <translation>请填写名称。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>New project</source>
        <translation>新建项目</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Powder bed, line 3</source>
        <translation>粉床 3 号线</translation>
    </message>
    <message>
        <source>Say in which folder it is to lie.</source>
        <translation>请选择项目所在的文件夹。</translation>
    </message>
    <message>
        <source>They can be added later, too</source>
        <translation>也可以以后再添加</translation>
    </message>
</context>
<context>
    <name>News</name>
    <message>
        <source>That step was on {count} images.</source>
        <translation>这一步涉及 {count} 张图像。</translation>
    </message>
</context>
<context>
    <name>Panels</name>
    <message>
        <source>Ask</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>Balance</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Boxes</source>
        <translation>框</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Comments</source>
        <translation>批注</translation>
    </message>
    <message>
        <source>Disputed</source>
        <translation>分歧</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>增强</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Proposals</source>
        <translation>预标框</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>问答</translation>
    </message>
    <message>
        <source>Survey</source>
        <translation>测评</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
</context>
<context>
    <name>PastPlaces</name>
    <message>
        <source>a class that is gone</source>
        <translation>已移除的类别</translation>
    </message>
    <message>
        <source>{name}: not here any more</source>
        <translation>{name}：此处已不存在</translation>
    </message>
</context>
<context>
    <name>PeopleDialog</name>
    <message>
        <source>Colour of {name}</source>
        <translation>{name} 的颜色</translation>
    </message>
    <message>
        <source>Names and roles are a record of who did what, not a lock: whoever can open the project&apos;s folder may choose any name. Whoever opens a project is put on this list; the first leads it.</source>
        <translation>姓名和角色只用来记录谁做了什么，不是权限控制：能打开项目文件夹的人可以使用任何姓名。打开过此项目的人都会列在这里，第一个人为负责人。</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>People may approve what they handed in themselves</source>
        <translation>允许审核自己提交的图像</translation>
    </message>
    <message>
        <source>Reasons to return an image, one a line; keys 1 to 9 give them</source>
        <translation>退回原因，每行一条，按 1 至 9 键选用</translation>
    </message>
    <message>
        <source>You are {name}: {role}.</source>
        <translation>你是 {name}，角色：{role}。</translation>
    </message>
</context>
<context>
    <name>PhraseTable</name>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Words (English)</source>
        <translation>提示词（英文）</translation>
    </message>
</context>
<context>
    <name>Prelabel</name>
    <message>
        <source>Disagreements with people: {n}.</source>
        <translation>与人工标注不一致：{n}。</translation>
    </message>
    <message>
        <source>Left alone, seen before: {n}.</source>
        <translation>跳过（以前处理过）：{n} 张。</translation>
    </message>
    <message>
        <source>Left alone, settled by people: {n}.</source>
        <translation>跳过（已由人员完成）：{n} 张。</translation>
    </message>
    <message>
        <source>New proposals: {n}, on images: {images}.</source>
        <translation>新增预标框：{n} 个，图像：{images} 张。</translation>
    </message>
    <message>
        <source>Nothing is told of images that you label blind: {n}.</source>
        <translation>盲标图像不予告知：{n}。</translation>
    </message>
    <message>
        <source>Photos left out: {n}.</source>
        <translation>已略过的照片：{n}。</translation>
    </message>
    <message>
        <source>Ran on {device}.</source>
        <translation>运行设备：{device}。</translation>
    </message>
    <message>
        <source>{done} of {images}</source>
        <translation>{done} / {images}</translation>
    </message>
    <message>
        <source>{n} min left</source>
        <translation>剩余 {n} 分钟</translation>
    </message>
    <message>
        <source>{n} per second</source>
        <translation>每秒 {n} 张</translation>
    </message>
    <message>
        <source>{n} s left</source>
        <translation>剩余 {n} 秒</translation>
    </message>
</context>
<context>
    <name>PrelabelPanel</name>
    <message>
        <source>All images ({n})</source>
        <translation>全部图像（{n}）</translation>
    </message>
    <message>
        <source>Also what it has seen</source>
        <translation>包括已处理过的</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancelled. What it had found until then is kept.</source>
        <translation>已取消。此前找到的结果已保留。</translation>
    </message>
    <message>
        <source>Cancelling …</source>
        <translation>正在取消…</translation>
    </message>
    <message>
        <source>Choose a file of weights</source>
        <translation>选择权重文件</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>For classes that have no score of their own</source>
        <translation>用于没有单独设置置信度的类别</translation>
    </message>
    <message>
        <source>General score</source>
        <translation>通用置信度</translation>
    </message>
    <message>
        <source>Goes over what people have judged, submitted images too; see Disputed</source>
        <translation>检查人工判定过的图像，包括已提交的；结果见“分歧”面板</translation>
    </message>
    <message>
        <source>Images that this model has seen with these settings</source>
        <translation>此模型以相同设置处理过的图像</translation>
    </message>
    <message>
        <source>Loading the model …</source>
        <translation>正在加载模型…</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Models and recipes …</source>
        <translation>模型与方案…</translation>
    </message>
    <message>
        <source>No class is ticked.</source>
        <translation>没有勾选类别。</translation>
    </message>
    <message>
        <source>Only compare, propose nothing</source>
        <translation>只比对，不新增预标框</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Say what {name} becomes, or untick it.</source>
        <translation>请为 {name} 指定对应类别，或取消勾选。</translation>
    </message>
    <message>
        <source>The filtered images ({n})</source>
        <translation>筛选出的图像（{n}）</translation>
    </message>
    <message>
        <source>There are no words to look for.</source>
        <translation>没有填写提示词。</translation>
    </message>
    <message>
        <source>There is no model.</source>
        <translation>没有模型。</translation>
    </message>
    <message>
        <source>This image</source>
        <translation>此图像</translation>
    </message>
    <message>
        <source>all its classes</source>
        <translation>模型的全部类别</translation>
    </message>
</context>
<context>
    <name>ProposalPanel</name>
    <message>
        <source>Accept from {score}</source>
        <translation>接受 ≥ {score}</translation>
    </message>
    <message>
        <source>Accept shown ({n})</source>
        <translation>接受显示的（{n}）</translation>
    </message>
    <message>
        <source>Accept the {name} that are shown</source>
        <translation>接受显示的 {name}</translation>
    </message>
    <message>
        <source>Hide proposals below the score</source>
        <translation>隐藏低于此置信度的预标框</translation>
    </message>
    <message>
        <source>No proposals on this image.</source>
        <translation>此图像没有预标框。</translation>
    </message>
    <message>
        <source>On the filtered images ({n})</source>
        <translation>在筛选出的图像上（{n}）</translation>
    </message>
    <message>
        <source>Reject below {score}</source>
        <translation>拒绝 &lt; {score}</translation>
    </message>
    <message>
        <source>Reject hidden ({n})</source>
        <translation>拒绝隐藏的（{n}）</translation>
    </message>
    <message>
        <source>Reject the {name} that are shown</source>
        <translation>拒绝显示的 {name}</translation>
    </message>
    <message>
        <source>What is hidden goes when you submit</source>
        <translation>被隐藏的在提交时移除</translation>
    </message>
    <message>
        <source>all classes</source>
        <translation>全部类别</translation>
    </message>
    <message>
        <source>shown / all</source>
        <translation>显示 / 全部</translation>
    </message>
</context>
<context>
    <name>Quality</name>
    <message>
        <source>It is off the list of probable errors.</source>
        <translation>已从疑似错误中移除。</translation>
    </message>
    <message>
        <source>Pages (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>The report is written: {file}</source>
        <translation>报告已保存：{file}</translation>
    </message>
    <message>
        <source>Write the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>badly located</source>
        <translation>位置不准</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>drawn twice</source>
        <translation>重复标注</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>保持</translation>
    </message>
    <message>
        <source>missed</source>
        <translation>漏检</translation>
    </message>
    <message>
        <source>moved</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>other class</source>
        <translation>改类</translation>
    </message>
    <message>
        <source>overlooked</source>
        <translation>漏标</translation>
    </message>
    <message>
        <source>proposals hidden</source>
        <translation>隐藏预标框</translation>
    </message>
    <message>
        <source>proposals shown</source>
        <translation>显示预标框</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>去除</translation>
    </message>
    <message>
        <source>swapped class</source>
        <translation>类别错误</translation>
    </message>
    <message>
        <source>unseen</source>
        <translation>未显示</translation>
    </message>
</context>
<context>
    <name>QualityPanel</name>
    <message>
        <source>Agreement with models: blind against shown</source>
        <translation>与模型的一致性：盲标与非盲标</translation>
    </message>
    <message>
        <source>All figures as one page to read, print or mail</source>
        <translation>生成报告：把全部指标写成一页，便于查看、打印或发送</translation>
    </message>
    <message>
        <source>Boxes between hand-in and approval</source>
        <translation>框从提交到通过的变化</translation>
    </message>
    <message>
        <source>F1 {f1} on {images}, {time} each</source>
        <translation>{images}的 F1 为 {f1}，每张 {time}</translation>
    </message>
    <message>
        <source>F1 {f1}, kappa {kappa}, {images}</source>
        <translation>F1 {f1}，kappa {kappa}，{images}</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Images still to be counted: {n}</source>
        <translation>待统计图像：{n} 张</translation>
    </message>
    <message>
        <source>Judged: {n}; {percent} of them were accepted as they were drawn.</source>
        <translation>已判定：{n}；其中 {percent} 按原样接受。</translation>
    </message>
    <message>
        <source>Labelled twice, and gold</source>
        <translation>二次标注与金标准</translation>
    </message>
    <message>
        <source>No blind image has been handed in yet; see `flawmark blind`.</source>
        <translation>还没有提交盲标图像，参见命令 `flawmark blind`。</translation>
    </message>
    <message>
        <source>No image has been handed in yet.</source>
        <translation>还没有提交图像。</translation>
    </message>
    <message>
        <source>No image has been labelled a second time yet; see `flawmark second`.</source>
        <translation>还没有二次标注的图像，参见命令 `flawmark second`。</translation>
    </message>
    <message>
        <source>No proposal has been judged yet.</source>
        <translation>还没有处理过预标框。</translation>
    </message>
    <message>
        <source>Probable errors</source>
        <translation>疑似错误</translation>
    </message>
    <message>
        <source>What became of proposals</source>
        <translation>预标框的去向</translation>
    </message>
    <message>
        <source>Where people who see proposals agree with the model much more than people who don&apos;t, they nod.</source>
        <translation>如果看到预标框的人与模型的一致性明显高于看不到的人，说明他们在照单全收。</translation>
    </message>
    <message>
        <source>Write a report…</source>
        <translation>报告…</translation>
    </message>
    <message>
        <source>all kinds</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>gold</source>
        <translation>金标准</translation>
    </message>
    <message>
        <source>{images}, {percent} returned</source>
        <translation>{images}，退回 {percent}</translation>
    </message>
    <message>
        <source>{percent} accepted</source>
        <translation>接受 {percent}</translation>
    </message>
    <message>
        <source>{person} against {other}</source>
        <translation>{person} 与 {other}</translation>
    </message>
    <message>
        <source>{person}: {image} an image, {box} a box; with review F1 {f1}, IoU {iou}, kappa {kappa}</source>
        <translation>{person}：每张 {image}，每框 {box}；与审核比 F1 {f1}，IoU {iou}，kappa {kappa}</translation>
    </message>
</context>
<context>
    <name>Queue</name>
    <message>
        <source>any</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>as added</source>
        <translation>添加顺序</translation>
    </message>
    <message>
        <source>checked by a person</source>
        <translation>人工核对过</translation>
    </message>
    <message>
        <source>disagrees</source>
        <translation>有分歧</translation>
    </message>
    <message>
        <source>draws elsewhere</source>
        <translation>位置不同</translation>
    </message>
    <message>
        <source>highest score</source>
        <translation>最高置信度</translation>
    </message>
    <message>
        <source>last changed</source>
        <translation>最近修改</translation>
    </message>
    <message>
        <source>lowest score</source>
        <translation>最低置信度</translation>
    </message>
    <message>
        <source>misses a box</source>
        <translation>漏检</translation>
    </message>
    <message>
        <source>name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>no boxes</source>
        <translation>没有框</translation>
    </message>
    <message>
        <source>number of boxes</source>
        <translation>框数</translation>
    </message>
    <message>
        <source>proposals</source>
        <translation>有预标框</translation>
    </message>
    <message>
        <source>rarest classes first</source>
        <translation>稀缺类别优先</translation>
    </message>
    <message>
        <source>says another class</source>
        <translation>类别不同</translation>
    </message>
    <message>
        <source>sees more</source>
        <translation>多检</translation>
    </message>
    <message>
        <source>state</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>to review, likeliest faults first</source>
        <translation>待审核，可疑的在前</translation>
    </message>
</context>
<context>
    <name>QueueMenu</name>
    <message>
        <source>Another name …</source>
        <translation>其他人…</translation>
    </message>
    <message>
        <source>Assign to</source>
        <translation>指派给</translation>
    </message>
    <message>
        <source>Assign to me</source>
        <translation>指派给我</translation>
    </message>
    <message>
        <source>Assign to nobody</source>
        <translation>取消指派</translation>
    </message>
    <message>
        <source>Exclude …</source>
        <translation>排除…</translation>
    </message>
    <message>
        <source>Reopen …</source>
        <translation>重新打开…</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>标签</translation>
    </message>
</context>
<context>
    <name>ReasonPopup</name>
    <message>
        <source>A digit, or another reason and Enter</source>
        <translation>按数字键，或输入其他原因后按 Enter</translation>
    </message>
    <message>
        <source>The reason</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>Exclude this image: why?</source>
        <translation>排除此图像的原因</translation>
    </message>
    <message>
        <source>Exclude {count} images: why?</source>
        <translation>排除 {count} 张图像的原因</translation>
    </message>
    <message>
        <source>Reopen this image: why?</source>
        <translation>重新打开此图像的原因</translation>
    </message>
    <message>
        <source>Reopen {count} images: why?</source>
        <translation>重新打开 {count} 张图像的原因</translation>
    </message>
    <message>
        <source>Return this image: why?</source>
        <translation>退回此图像的原因</translation>
    </message>
    <message>
        <source>Say of the selected boxes</source>
        <translation>对所选框的批注</translation>
    </message>
    <message>
        <source>a box is wrong</source>
        <translation>框有误</translation>
    </message>
    <message>
        <source>a defect was missed</source>
        <translation>漏标缺陷</translation>
    </message>
    <message>
        <source>belongs to the set after all</source>
        <translation>仍应纳入数据集</translation>
    </message>
    <message>
        <source>box doesn&apos;t fit</source>
        <translation>框不贴合</translation>
    </message>
    <message>
        <source>closed by mistake</source>
        <translation>误通过或误排除</translation>
    </message>
    <message>
        <source>doesn&apos;t show the surface</source>
        <translation>没有拍到待检表面</translation>
    </message>
    <message>
        <source>no defect: shadow or reflection</source>
        <translation>不是缺陷：阴影或反光</translation>
    </message>
    <message>
        <source>out of focus or badly lit</source>
        <translation>失焦或光照不良</translation>
    </message>
    <message>
        <source>see the comments</source>
        <translation>见批注</translation>
    </message>
    <message>
        <source>shows people or secrets</source>
        <translation>含人物或涉密内容</translation>
    </message>
    <message>
        <source>the photo can&apos;t be read</source>
        <translation>照片无法读取</translation>
    </message>
    <message>
        <source>the rules have changed</source>
        <translation>标注规则有变</translation>
    </message>
    <message>
        <source>the same photo twice</source>
        <translation>重复的照片</translation>
    </message>
    <message>
        <source>wrong class</source>
        <translation>类别错误</translation>
    </message>
</context>
<context>
    <name>RecipeEditor</name>
    <message>
        <source>New, like this one</source>
        <translation>复制为新方案</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Ships with Flawmark</source>
        <translation>Flawmark 自带</translation>
    </message>
</context>
<context>
    <name>RecipeForm</name>
    <message>
        <source>Boxes that overlap this much are one thing</source>
        <translation>重叠达到此值的框视为同一目标</translation>
    </message>
    <message>
        <source>Detectors</source>
        <translation>检测器</translation>
    </message>
    <message>
        <source>Found by several</source>
        <translation>重复检出</translation>
    </message>
    <message>
        <source>From the selected box</source>
        <translation>取所选框</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>One more detector</source>
        <translation>添加检测器</translation>
    </message>
    <message>
        <source>Outline with</source>
        <translation>轮廓分割</translation>
    </message>
    <message>
        <source>Part of the photo that counts</source>
        <translation>检测区域</translation>
    </message>
    <message>
        <source>Share of the photo at most</source>
        <translation>面积占比上限</translation>
    </message>
    <message>
        <source>Shorter side at least</source>
        <translation>短边下限</translation>
    </message>
    <message>
        <source>bottom</source>
        <translation>下</translation>
    </message>
    <message>
        <source>from an overlap of</source>
        <translation>重叠 ≥</translation>
    </message>
    <message>
        <source>left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>none: boxes only</source>
        <translation>无：只要框</translation>
    </message>
    <message>
        <source>right</source>
        <translation>右</translation>
    </message>
    <message>
        <source>top</source>
        <translation>上</translation>
    </message>
</context>
<context>
    <name>Recipes</name>
    <message>
        <source>all boxes</source>
        <translation>全部保留</translation>
    </message>
    <message>
        <source>one box, weighted by score</source>
        <translation>按置信度加权合并</translation>
    </message>
    <message>
        <source>the best box</source>
        <translation>只留置信度最高的</translation>
    </message>
</context>
<context>
    <name>RecordForm</name>
    <message>
        <source>Choose a language of the records.</source>
        <translation>请选择记录的语言。</translation>
    </message>
    <message>
        <source>Choose what they are to ask.</source>
        <translation>请选择要提问的内容。</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Leave out turns whose numbers are too coarse for a box</source>
        <translation>略去坐标精度不足以表示框的轮次</translation>
    </message>
    <message>
        <source>Normal images among those to train on</source>
        <translation>训练图像中正常图像的比例</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Records an image</source>
        <translation>每张图像的记录数</translation>
    </message>
    <message>
        <source>Records told something wrong</source>
        <translation>含故意错误的记录</translation>
    </message>
    <message>
        <source>Trainer and VLM</source>
        <translation>训练框架与 VLM</translation>
    </message>
    <message>
        <source>Write copies of photos in a size that no trainer changes</source>
        <translation>写出训练框架不会再缩放的照片副本</translation>
    </message>
    <message>
        <source>as many as there are</source>
        <translation>有多少用多少</translation>
    </message>
</context>
<context>
    <name>RecordPreview</name>
    <message>
        <source>Records as a trainer gets them</source>
        <translation>训练框架读到的记录</translation>
    </message>
</context>
<context>
    <name>Refusal</name>
    <message>
        <source>It adds “{words}”.</source>
        <translation>多出了“{words}”。</translation>
    </message>
    <message>
        <source>It came back as it was.</source>
        <translation>内容没有变化。</translation>
    </message>
    <message>
        <source>It does not say “{words}” any more.</source>
        <translation>少了“{words}”。</translation>
    </message>
    <message>
        <source>It is more than four times as long.</source>
        <translation>长度超过原来的四倍。</translation>
    </message>
    <message>
        <source>The number {words} was not there before.</source>
        <translation>原文没有数字 {words}。</translation>
    </message>
    <message>
        <source>The question asks something else: “{words}”.</source>
        <translation>问题的意思变了：“{words}”。</translation>
    </message>
    <message>
        <source>The reply is empty.</source>
        <translation>回复为空。</translation>
    </message>
    <message>
        <source>The reply isn&apos;t in the form that was asked for.</source>
        <translation>回复的格式不符合要求。</translation>
    </message>
    <message>
        <source>The reply was cut off before it ended.</source>
        <translation>回复没有说完就被截断。</translation>
    </message>
    <message>
        <source>“{words}” is a word of trainers and models.</source>
        <translation>“{words}”是训练框架或模型的专用标记。</translation>
    </message>
    <message>
        <source>“{words}” is in another language or script.</source>
        <translation>“{words}”是其他语言或文字。</translation>
    </message>
    <message>
        <source>“{words}” is no plain text.</source>
        <translation>“{words}”不是纯文本。</translation>
    </message>
    <message>
        <source>“{words}” leaves open what is certain.</source>
        <translation>“{words}”把确定的内容说得不确定。</translation>
    </message>
    <message>
        <source>“{words}” speaks of the task, not of the photo.</source>
        <translation>“{words}”说的是任务，不是照片。</translation>
    </message>
</context>
<context>
    <name>ReviewQueue</name>
    <message>
        <source>Drawn for review: {drawn} of {images} handed in.</source>
        <translation>已抽取审核：已提交的 {images}中抽取 {drawn} 张。</translation>
    </message>
    <message>
        <source>Nothing is left to review in this list.</source>
        <translation>此列表中没有待你审核的图像了。</translation>
    </message>
</context>
<context>
    <name>Reviewing</name>
    <message>
        <source>It is pinned to the selected boxes: {count}</source>
        <translation>将钉在所选的 {count} 个框上</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>To pin it to a box, select the box first.</source>
        <translation>如需钉在框上，请先选中框。</translation>
    </message>
    <message>
        <source>{who} returned {image}: {why}</source>
        <translation>{who} 退回了 {image}：{why}</translation>
    </message>
</context>
<context>
    <name>RewordButton</name>
    <message>
        <source>A new answer from the labels</source>
        <translation>按标注重新作答</translation>
    </message>
    <message>
        <source>Question and answer in other words</source>
        <translation>问答换一种说法</translation>
    </message>
</context>
<context>
    <name>Rewording</name>
    <message>
        <source>Ask the language model on {name} for other words. The turn and what the labels say are sent to {url}, for a new answer also the photo, if the model sees.</source>
        <translation>请 {name} 上的语言模型改写。问答和标注内容将发送到 {url}；重新作答时，如果模型能看图，也会发送照片。</translation>
    </message>
    <message>
        <source>Asking {server} about {photo}; turns done: {done} of {total} …</source>
        <translation>正在就 {photo} 询问 {server}；已完成轮次：{done} / {total} …</translation>
    </message>
    <message>
        <source>Cost: {cost}.</source>
        <translation>费用：{cost}。</translation>
    </message>
    <message>
        <source>Turns that have new words: {taken} of {total}. Tokens: {tokens}.</source>
        <translation>已改写的轮次：{taken} / {total}。词元：{tokens}。</translation>
    </message>
</context>
<context>
    <name>Role</name>
    <message>
        <source>annotator</source>
        <translation>标注员</translation>
    </message>
    <message>
        <source>lead</source>
        <translation>负责人</translation>
    </message>
    <message>
        <source>reviewer</source>
        <translation>审核员</translation>
    </message>
</context>
<context>
    <name>Ruler</name>
    <message>
        <source>{length} px   Δx {dx}   Δy {dy}</source>
        <translation>{length} px   Δx {dx}   Δy {dy}</translation>
    </message>
</context>
<context>
    <name>Seeing</name>
    <message>
        <source>1 box is hidden, so nobody has looked at it.</source>
        <translation>有 1 个框被隐藏，尚无人看过。</translation>
    </message>
    <message>
        <source>Another layer or version is in sight, so nobody can judge this image.</source>
        <translation>当前显示的是其他层或其他版本，无法判定此图像。</translation>
    </message>
    <message>
        <source>Leave it, then do it again.</source>
        <translation>请先退出，再重做此操作。</translation>
    </message>
    <message>
        <source>Nobody can judge it. Mend the file and open the image again, or: “{action}”.</source>
        <translation>无法判定此图像。请修复文件后重新打开，或者：“{action}”。</translation>
    </message>
    <message>
        <source>Show all classes and all scores, then do it again.</source>
        <translation>请显示全部类别和全部分数，再重做此操作。</translation>
    </message>
    <message>
        <source>Shown again, or these boxes would be out of sight: {what}</source>
        <translation>已重新显示，否则看不到这些框：{what}</translation>
    </message>
    <message>
        <source>Switch “{action}” on, then do it again.</source>
        <translation>请打开“{action}”，再重做此操作。</translation>
    </message>
    <message>
        <source>The photo of this image is not on screen, so nobody can judge it.</source>
        <translation>此图像的照片未显示，无法判定。</translation>
    </message>
    <message>
        <source>Wait until it is there.</source>
        <translation>请等它显示出来。</translation>
    </message>
    <message>
        <source>their class</source>
        <translation>其类别</translation>
    </message>
    <message>
        <source>{count} boxes are hidden, so nobody has looked at them.</source>
        <translation>有 {count} 个框被隐藏，尚无人看过。</translation>
    </message>
</context>
<context>
    <name>Segment</name>
    <message>
        <source>nothing stands out here</source>
        <translation>此处没有明显目标</translation>
    </message>
</context>
<context>
    <name>SegmenterChoice</name>
    <message>
        <source>Choose a file of weights</source>
        <translation>选择权重文件</translation>
    </message>
    <message>
        <source>Draws the outline of what you click on</source>
        <translation>画出所点击目标的轮廓</translation>
    </message>
    <message>
        <source>Segmenter</source>
        <translation>分割器</translation>
    </message>
</context>
<context>
    <name>Segmenting</name>
    <message>
        <source>Contrast (no weights)</source>
        <translation>对比度法（无需权重）</translation>
    </message>
    <message>
        <source>Nothing stands out in the box, so it stays as it is.</source>
        <translation>框内没有明显目标，框保持不变。</translation>
    </message>
    <message>
        <source>Select a box first, or point at one.</source>
        <translation>请先选中一个框，或指向一个框。</translation>
    </message>
    <message>
        <source>Weights (*.pth *.pt *.safetensors);;All files (*)</source>
        <translation>权重 (*.pth *.pt *.safetensors);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Weights of a segmenter</source>
        <translation>分割器权重</translation>
    </message>
    <message>
        <source>{name} looks at the photo …</source>
        <translation>{name} 正在分析照片…</translation>
    </message>
</context>
<context>
    <name>SeveralOf</name>
    <message>
        <source>any</source>
        <translation>不限</translation>
    </message>
</context>
<context>
    <name>ShelfView</name>
    <message>
        <source>A Hugging Face or OpenVINO folder</source>
        <translation>Hugging Face 或 OpenVINO 文件夹</translation>
    </message>
    <message>
        <source>Add a file …</source>
        <translation>添加文件…</translation>
    </message>
    <message>
        <source>Add a folder …</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Fetches a model from the hub. Nothing else here uses the network.</source>
        <translation>从 Hugging Face 下载模型。除此之外，Flawmark 不联网。</translation>
    </message>
    <message>
        <source>From the hub</source>
        <translation>在线下载</translation>
    </message>
    <message>
        <source>Loads it and measures how fast it is here</source>
        <translation>加载模型，并测量在本机的速度</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Speed here</source>
        <translation>本机速度</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Weights in one file. Some kinds can run code: know who made them.</source>
        <translation>单个权重文件。有些格式能执行代码，请确认来源可信。</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>from</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>needs</source>
        <translation>依赖</translation>
    </message>
    <message>
        <source>not tested here</source>
        <translation>本机未测</translation>
    </message>
    <message>
        <source>{mb:.1f} MB</source>
        <translation>{mb:.1f} MB</translation>
    </message>
</context>
<context>
    <name>Start</name>
    <message>
        <source>Add the same folder again to go on.</source>
        <translation>再次添加同一文件夹即可继续。</translation>
    </message>
    <message>
        <source>Adding photos was stopped: those that were added stay.</source>
        <translation>已停止添加照片：已添加的会保留。</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>Drop it alone to open it. Nothing was taken in.</source>
        <translation>请单独拖入以打开。未导入任何内容。</translation>
    </message>
    <message>
        <source>Files that were not taken as they are: {count}</source>
        <translation>未能原样导入的文件：{count}</translation>
    </message>
    <message>
        <source>Folder of a project</source>
        <translation>项目文件夹</translation>
    </message>
    <message>
        <source>Folder of photos</source>
        <translation>照片文件夹</translation>
    </message>
    <message>
        <source>None: labels or people bring the classes</source>
        <translation>无：类别来自导入的标注或人工添加</translation>
    </message>
    <message>
        <source>Photos added: {added}, known already: {known}.</source>
        <translation>新增照片：{added}，已有：{known}。</translation>
    </message>
    <message>
        <source>adding photos</source>
        <translation>正在添加照片</translation>
    </message>
    <message>
        <source>reading labels</source>
        <translation>正在读取标注</translation>
    </message>
    <message>
        <source>{boxes} on {images} came along as proposals.</source>
        <translation>{images}上的 {boxes}作为预标一并导入。</translation>
    </message>
    <message>
        <source>{folder} is a project.</source>
        <translation>{folder} 是一个项目。</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>It goes into the history of all that you do. A record, not a lock.</source>
        <translation>你的操作会以此姓名记入历史。仅作记录，不是权限控制。</translation>
    </message>
    <message>
        <source>Make a project for your photos, or drop a project&apos;s folder here.</source>
        <translation>为照片新建一个项目，或把项目文件夹拖到这里。</translation>
    </message>
    <message>
        <source>Making the demo …</source>
        <translation>正在生成示例…</translation>
    </message>
    <message>
        <source>Models draw first, people correct.</source>
        <translation>模型先标，人来修正。</translation>
    </message>
    <message>
        <source>New project …</source>
        <translation>新建项目…</translation>
    </message>
    <message>
        <source>Open …</source>
        <translation>打开…</translation>
    </message>
    <message>
        <source>Opened before</source>
        <translation>最近打开</translation>
    </message>
    <message>
        <source>Set for this machine by FLAWMARK_USER.</source>
        <translation>已由本机的环境变量 FLAWMARK_USER 设定。</translation>
    </message>
    <message>
        <source>Try the demo</source>
        <translation>试用演示项目</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>你的姓名</translation>
    </message>
</context>
<context>
    <name>State</name>
    <message>
        <source>approved</source>
        <translation>已通过</translation>
    </message>
    <message>
        <source>by {who}</source>
        <translation>标注：{who}</translation>
    </message>
    <message>
        <source>by {who}, labelled by {by}</source>
        <translation>审核：{who}，标注：{by}</translation>
    </message>
    <message>
        <source>by {who}: {why}</source>
        <translation>{who}：{why}</translation>
    </message>
    <message>
        <source>came back: {why}</source>
        <translation>返工原因：{why}</translation>
    </message>
    <message>
        <source>excluded</source>
        <translation>已排除</translation>
    </message>
    <message>
        <source>in progress</source>
        <translation>标注中</translation>
    </message>
    <message>
        <source>new</source>
        <translation>未标注</translation>
    </message>
    <message>
        <source>pre-labelled</source>
        <translation>已预标</translation>
    </message>
    <message>
        <source>returned</source>
        <translation>已退回</translation>
    </message>
    <message>
        <source>submitted</source>
        <translation>已提交</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>NOT saved: {why}</source>
        <translation>未保存：{why}</translation>
    </message>
    <message>
        <source>Time on this image, without the time you were away</source>
        <translation>在此图像上的用时，不含离开的时间</translation>
    </message>
    <message>
        <source>all saved</source>
        <translation>已全部保存</translation>
    </message>
    <message>
        <source>no model at work</source>
        <translation>没有模型在运行</translation>
    </message>
    <message>
        <source>read only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>saved {time}</source>
        <translation>已保存 {time}</translation>
    </message>
    <message>
        <source>saving …</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>{name}: starting …</source>
        <translation>{name}：正在启动…</translation>
    </message>
    <message>
        <source>{name}: {done} / {total}, {speed}/s</source>
        <translation>{name}：{done} / {total}，每秒 {speed} 张</translation>
    </message>
</context>
<context>
    <name>SurveyFigures</name>
    <message>
        <source>Accuracy: how many answers are right</source>
        <translation>准确率：答对的比例</translation>
    </message>
    <message>
        <source>Boxes that it drew</source>
        <translation>它画出的框数</translation>
    </message>
    <message>
        <source>Boxes that overlap a label of their class by half or more, each once.</source>
        <translation>与同类标注重叠一半以上的框算作匹配，每个框只匹配一次。</translation>
    </message>
    <message>
        <source>Boxes that people drew</source>
        <translation>人工标注的框数</translation>
    </message>
    <message>
        <source>How many questions it answered</source>
        <translation>它回答的问题数</translation>
    </message>
    <message>
        <source>How often it says yes at all. Half is right; far above, it says yes to everything.</source>
        <translation>回答“有”的比例。正常为一半；远高于一半，说明它什么都答“有”。</translation>
    </message>
    <message>
        <source>How well matched boxes overlap, in the mean</source>
        <translation>匹配框的平均重叠度</translation>
    </message>
    <message>
        <source>Is it there?</source>
        <translation>有没有？</translation>
    </message>
    <message>
        <source>Precision: how many of its boxes belong to a label</source>
        <translation>精确率：它画的框中，有对应标注的比例</translation>
    </message>
    <message>
        <source>Precision: how often it is there when it says yes</source>
        <translation>精确率：它答“有”时，确实有的比例</translation>
    </message>
    <message>
        <source>Recall: how many labels it found</source>
        <translation>召回率：标注中被它找到的比例</translation>
    </message>
    <message>
        <source>Recall: how often it says yes when it is there</source>
        <translation>召回率：确实有时，它答“有”的比例</translation>
    </message>
    <message>
        <source>The harmonic mean of precision and recall</source>
        <translation>精确率与召回率的调和平均</translation>
    </message>
    <message>
        <source>Where is it?</source>
        <translation>在哪里？</translation>
    </message>
    <message>
        <source>Yes or no, asked of as many images with a class as without it. What can&apos;t be read counts as wrong.</source>
        <translation>回答有或没有；每个类别，含有与不含的图像数量相同。无法解读的回答算错。</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>asked</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>drawn</source>
        <translation>画出</translation>
    </message>
    <message>
        <source>labels</source>
        <translation>标注</translation>
    </message>
    <message>
        <source>prec.</source>
        <translation>精确率</translation>
    </message>
    <message>
        <source>recall</source>
        <translation>召回率</translation>
    </message>
    <message>
        <source>right</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>答有</translation>
    </message>
</context>
<context>
    <name>SurveyForm</name>
    <message>
        <source>Ask</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>Boxes of all that is there</source>
        <translation>框出所有目标</translation>
    </message>
    <message>
        <source>Chosen evenly over classes and normal ones, of those that are finished</source>
        <translation>从已完成的图像中，按各类别和正常均匀抽取</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Is it there?</source>
        <translation>有没有？</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新读取</translation>
    </message>
    <message>
        <source>Looking for servers …</source>
        <translation>正在查找服务器…</translation>
    </message>
    <message>
        <source>Read the list of servers again</source>
        <translation>重新读取服务器列表</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Tell it which boxes models have drawn on each photo</source>
        <translation>把模型在每张照片上画的框告诉它</translation>
    </message>
    <message>
        <source>Where is it?</source>
        <translation>在哪里？</translation>
    </message>
    <message>
        <source>With what models found</source>
        <translation>附上模型检测结果</translation>
    </message>
    <message>
        <source>Yes or no, half of the times it is there</source>
        <translation>问有没有，其中一半确实有</translation>
    </message>
</context>
<context>
    <name>SurveyPanel</name>
    <message>
        <source>Answers about images that are no longer labelled so don&apos;t count: {n}</source>
        <translation>图像的标注状态已变，不计入的回答：{n} 个</translation>
    </message>
    <message>
        <source>VLM and labels agree on every image.</source>
        <translation>VLM 与标注在所有图像上一致。</translation>
    </message>
    <message>
        <source>VLM and labels disagree on these images, worst first: {n}</source>
        <translation>VLM 与标注不一致的图像，差异大的在前：{n} 张</translation>
    </message>
    <message>
        <source>can&apos;t be read</source>
        <translation>无法解读</translation>
    </message>
    <message>
        <source>can&apos;t be read: {name}</source>
        <translation>无法解读：{name}</translation>
    </message>
    <message>
        <source>claims {name}</source>
        <translation>答有{name}</translation>
    </message>
    <message>
        <source>denies {name}</source>
        <translation>答没有{name}</translation>
    </message>
    <message>
        <source>misses {boxes}</source>
        <translation>漏检：{boxes}</translation>
    </message>
    <message>
        <source>too many: {boxes}</source>
        <translation>多检：{boxes}</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知类别</translation>
    </message>
    <message>
        <source>{name}, {when}</source>
        <translation>{name}，{when}</translation>
    </message>
</context>
<context>
    <name>Surveying</name>
    <message>
        <source>Asked about {done} of {images}</source>
        <translation>已询问 {done} / {images}</translation>
    </message>
    <message>
        <source>Asking {server} …</source>
        <translation>正在询问 {server}…</translation>
    </message>
    <message>
        <source>Cost: {cost}.</source>
        <translation>费用：{cost}。</translation>
    </message>
    <message>
        <source>Images without an answer: {n}. {first}</source>
        <translation>没有得到回答的图像：{n} 张。{first}</translation>
    </message>
    <message>
        <source>New answers: {n}, there before: {kept}. Tokens: {tokens}.</source>
        <translation>新回答 {n} 个，原有 {kept} 个。词元（token）：{tokens}。</translation>
    </message>
    <message>
        <source>No server of a model that sees pictures is configured on this machine; the panel Ask says how to add one. Nothing is sent anywhere until then.</source>
        <translation>本机还没有配置能看图的模型服务器，添加方法见“提问”面板。在此之前不会向外发送任何数据。</translation>
    </message>
    <message>
        <source>Photos and questions are sent to {url}.</source>
        <translation>照片和问题将发送到 {url}。</translation>
    </message>
    <message>
        <source>Stopped. What was answered is saved; Ask goes on from there.</source>
        <translation>已停止。已有的回答已保存，再按“提问”可继续。</translation>
    </message>
    <message>
        <source>What you drew is being saved; ask in a moment.</source>
        <translation>你的标注正在保存，请稍后再问。</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知类别</translation>
    </message>
</context>
<context>
    <name>SuspectList</name>
    <message>
        <source>Badly located? A model draws this {own} otherwise.</source>
        <translation>位置不准？模型画的这处{own}与此不同。</translation>
    </message>
    <message>
        <source>Drawn twice? {own} and {said} lie in one place.</source>
        <translation>重复标注？同一位置有{own}和{said}。</translation>
    </message>
    <message>
        <source>None is known. They come from what models find on labelled images.</source>
        <translation>目前没有。疑似错误来自模型在已标注图像上的检测结果。</translation>
    </message>
    <message>
        <source>Nothing wrong</source>
        <translation>标注无误</translation>
    </message>
    <message>
        <source>Overlooked? A model is {percent} % sure of {said} here.</source>
        <translation>漏标？模型认为此处有{said}，把握 {percent}%。</translation>
    </message>
    <message>
        <source>Show {n} more</source>
        <translation>再显示 {n} 条</translation>
    </message>
    <message>
        <source>Swapped? It is labelled {own}; a model says {said}.</source>
        <translation>类别错误？标注为{own}，模型认为是{said}。</translation>
    </message>
    <message>
        <source>The labels are right as they are: not listed again</source>
        <translation>现有标注正确，不再列出</translation>
    </message>
</context>
<context>
    <name>ThreadRow</name>
    <message>
        <source>Answer this</source>
        <translation>回复这条批注</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>框</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>重新打开</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>回复</translation>
    </message>
    <message>
        <source>Resolve</source>
        <translation>标为已解决</translation>
    </message>
    <message>
        <source>Say that this is dealt with</source>
        <translation>表示此事已处理</translation>
    </message>
    <message>
        <source>Say that this is not dealt with</source>
        <translation>表示此事还没处理完</translation>
    </message>
    <message>
        <source>Show the box that this is pinned to</source>
        <translation>显示此批注所钉的框</translation>
    </message>
    <message>
        <source>reopened by {person}, {when}</source>
        <translation>{person} 重新打开，{when}</translation>
    </message>
    <message>
        <source>resolved by {person}, {when}</source>
        <translation>{person} 已解决，{when}</translation>
    </message>
</context>
<context>
    <name>TimePanel</name>
    <message>
        <source>Active today</source>
        <translation>今日有效用时</translation>
    </message>
    <message>
        <source>Images today</source>
        <translation>今日图像数</translation>
    </message>
    <message>
        <source>Median per image</source>
        <translation>每张用时中位数</translation>
    </message>
    <message>
        <source>The last {n} images, newest right</source>
        <translation>最近 {n} 张图像，最新的在右边</translation>
    </message>
    <message>
        <source>This image</source>
        <translation>此图像</translation>
    </message>
    <message>
        <source>This is yours: you see it before anybody else does. Time without key or mouse for more than {seconds} s, or in another window, is not counted.</source>
        <translation>这些数据属于你：你先于他人看到。超过 {seconds} 秒没有按键或鼠标操作的时间，以及在其他窗口中的时间，不计入。</translation>
    </message>
</context>
<context>
    <name>Versions</name>
    <message>
        <source>As it was handed in</source>
        <translation>提交时</translation>
    </message>
    <message>
        <source>As models drew it</source>
        <translation>模型所画</translation>
    </message>
    <message>
        <source>{place} / {count}   {version}: {boxes}</source>
        <translation>{place} / {count}   {version}：{boxes}</translation>
    </message>
</context>
<context>
    <name>Viewing</name>
    <message>
        <source>Reading {name} …</source>
        <translation>正在读取 {name}…</translation>
    </message>
</context>
<context>
    <name>Walling</name>
    <message>
        <source>{images} approved</source>
        <translation>已通过 {images}</translation>
    </message>
</context>
<context>
    <name>WorkPart</name>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>stopping …</source>
        <translation>正在停止…</translation>
    </message>
</context>
<context>
    <name>Workbench</name>
    <message>
        <source>Its file can&apos;t be written. Check the rights of file and folder.</source>
        <translation>无法写入其文件。请检查文件和文件夹的权限。</translation>
    </message>
    <message>
        <source>There is no work left on the images of this list.</source>
        <translation>此列表中的图像已全部完成。</translation>
    </message>
    <message>
        <source>This is the first image of the list.</source>
        <translation>这是列表中的第一张图像。</translation>
    </message>
    <message>
        <source>This is the last image of the list.</source>
        <translation>这是列表中的最后一张图像。</translation>
    </message>
    <message>
        <source>This project can only be looked at: nothing that you do is saved.</source>
        <translation>此项目只能查看：所做的操作不会保存。</translation>
    </message>
</context>
<context>
    <name>_BecomesDelegate</name>
    <message>
        <source>– leave out</source>
        <translation>– 不采用</translation>
    </message>
</context>
<context>
    <name>_BoxModel</name>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>置信度</translation>
    </message>
    <message>
        <source>Size, px</source>
        <translation>大小 (px)</translation>
    </message>
    <message>
        <source>found by {sources}</source>
        <translation>检出：{sources}</translation>
    </message>
    <message>
        <source>hidden: below the score that is set</source>
        <translation>已隐藏：低于所设分数</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>proposed by {run}, checked by {person}</source>
        <translation>{run} 预标，{person} 已核对</translation>
    </message>
    <message>
        <source>proposed by {run}, nobody has touched it yet</source>
        <translation>{run} 预标，尚无人处理</translation>
    </message>
</context>
<context>
    <name>_BoxRow</name>
    <message>
        <source>Draw it as a box of yours, of the class {name}</source>
        <translation>按此画框，类别为{name}，算作人工标注</translation>
    </message>
    <message>
        <source>Take as box</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>已采用</translation>
    </message>
</context>
<context>
    <name>_Card</name>
    <message>
        <source>Take it off this list. Nothing in it is deleted.</source>
        <translation>从列表中移除，不会删除其中任何内容。</translation>
    </message>
    <message>
        <source>not there any more</source>
        <translation>已不在原处</translation>
    </message>
    <message>
        <source>{finished} of {images} finished</source>
        <translation>{images}中已完成 {finished} 张</translation>
    </message>
</context>
<context>
    <name>_EntryModel</name>
    <message>
        <source>A click goes to one of these images after the other.</source>
        <translation>每次单击依次转到其中一张图像。</translation>
    </message>
    <message>
        <source>undone</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>… and {n} more</source>
        <translation>…还有 {n} 项</translation>
    </message>
</context>
<context>
    <name>_Missing</name>
    <message>
        <source>1 unlabelled image probably holds one</source>
        <translation>1 张未标注的图像可能含有</translation>
    </message>
    <message>
        <source>Nothing: every target is met.</source>
        <translation>没有，均已达到目标数。</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Show images with proposals of it, the most promising first</source>
        <translation>显示有此类预标框的图像，可能性大的在前</translation>
    </message>
    <message>
        <source>Show {name}</source>
        <translation>查看：{name}</translation>
    </message>
    <message>
        <source>no unlabelled image is known to hold one</source>
        <translation>未发现可能含有的未标注图像</translation>
    </message>
    <message>
        <source>{name}: {n}</source>
        <translation>{name}：{n}</translation>
    </message>
    <message>
        <source>{name}: {n} of {target}</source>
        <translation>{name}：{n} / {target}</translation>
    </message>
    <message>
        <source>{n} unlabelled images probably hold one</source>
        <translation>{n} 张未标注的图像可能含有</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>0 is surely wrong, 1 is right</source>
        <translation>0 表示肯定有误，1 表示正确</translation>
    </message>
</context>
<context>
    <name>_ScoreDelegate</name>
    <message>
        <source>general</source>
        <translation>通用</translation>
    </message>
</context>
</TS>
