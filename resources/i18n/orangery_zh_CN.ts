<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
    <context>
        <name>About</name>
        <message>
            <source>Free software under the Apache License 2.0. It comes without any warranty, and asks nobody for an account.</source>
            <translation>依 Apache License 2.0 发布的自由软件。不提供任何担保，也不要求任何人注册帐号。</translation>
        </message>
        <message>
            <source>Help</source>
            <translation>帮助</translation>
        </message>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>键盘快捷键</translation>
        </message>
        <message>
            <source>Orangery {version}</source>
            <translation>Orangery {version}</translation>
        </message>
        <message>
            <source>Parts</source>
            <translation>组成部分</translation>
        </message>
        <message>
            <source>Qt is under the LGPL: any other PySide6 that is installed in its place is used.</source>
            <translation>Qt 采用 LGPL 许可证：在原位置安装的其他 PySide6 都会被使用。</translation>
        </message>
        <message>
            <source>Qt is under the LGPL: its libraries lie as files in _internal/PySide6/Qt, where you may put your own; `orangery version --verify` will then name them.</source>
            <translation>Qt 采用 LGPL 许可证：它的库以文件形式放在 _internal/PySide6/Qt 中，您可以换成自己的；之后 orangery version --verify 会列出这些文件。</translation>
        </message>
        <message>
            <source>Report a problem</source>
            <translation>报告问题</translation>
        </message>
        <message>
            <source>Search: a part, a licence</source>
            <translation>搜索：组成部分、许可证</translation>
        </message>
        <message>
            <source>Text of the licence</source>
            <translation>许可证全文</translation>
        </message>
        <message>
            <source>The text of this licence is not here.</source>
            <translation>这里没有这份许可证的全文。</translation>
        </message>
        <message>
            <source>These pages come with the source and stand on the makers' site; this copy does not bring them. “man orangery” has every command.</source>
            <translation>这些页面随源代码提供，厂商的网站上也有；这份程序不带这些页面。“man orangery”列出全部命令。</translation>
        </message>
        <message>
            <source>These pages come with the source and stand on the makers' site; this copy does not bring them. “orangery --help” has every command.</source>
            <translation>这些页面随源代码提供，厂商的网站上也有；这份程序不带这些页面。“orangery --help”列出全部命令。</translation>
        </message>
        <message>
            <source>What it is made of</source>
            <translation>组成与致谢</translation>
        </message>
        <message>
            <source>What it is made of…</source>
            <translation>组成与致谢…</translation>
        </message>
        <message>
            <source>With thanks to those who wrote it.</source>
            <translation>感谢它们的作者。</translation>
        </message>
        <message>
            <source>brokers: found, tried, made</source>
            <translation>消息代理：查找、测试、建立</translation>
        </message>
        <message>
            <source>every page of this window</source>
            <translation>本窗口的每个页面</translation>
        </message>
        <message>
            <source>how a week goes through a home</source>
            <translation>一周的更新如何进入家庭</translation>
        </message>
        <message>
            <source>what a report says of your home, and what never</source>
            <translation>反馈会说出家里的什么，绝不会说出什么</translation>
        </message>
        <message>
            <source>what is verified, and what each failure means</source>
            <translation>核验什么，每种失败意味着什么</translation>
        </message>
        <message>
            <source>when something does not work</source>
            <translation>出问题时怎么办</translation>
        </message>
        <message>
            <source>{shown} of {all}</source>
            <translation>{shown} / {all}</translation>
        </message>
    </context>
    <context>
        <name>Actions</name>
        <message>
            <source>Ask its own maker</source>
            <translation>向厂商查询更新</translation>
        </message>
        <message>
            <source>Ask me first</source>
            <translation>先问我</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>后退</translation>
        </message>
        <message>
            <source>Check for updates now</source>
            <translation>立即检查更新</translation>
        </message>
        <message>
            <source>Check this copy of the program</source>
            <translation>核对这份程序</translation>
        </message>
        <message>
            <source>Choose a device first.</source>
            <translation>请先选择一台设备。</translation>
        </message>
        <message>
            <source>Choose exactly one device first.</source>
            <translation>请先只选择一台设备。</translation>
        </message>
        <message>
            <source>Clear messages</source>
            <translation>清空消息</translation>
        </message>
        <message>
            <source>Copy rows</source>
            <translation>复制所选行</translation>
        </message>
        <message>
            <source>Copy rows as CSV</source>
            <translation>复制为 CSV</translation>
        </message>
        <message>
            <source>Copy rows as JSON</source>
            <translation>复制为 JSON</translation>
        </message>
        <message>
            <source>Export messages</source>
            <translation>导出消息</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
        <message>
            <source>Find anything</source>
            <translation>查找一切</translation>
        </message>
        <message>
            <source>Forget device</source>
            <translation>移除设备</translation>
        </message>
        <message>
            <source>Forward</source>
            <translation>前进</translation>
        </message>
        <message>
            <source>Go back to the version before…</source>
            <translation>退回到之前的版本…</translation>
        </message>
        <message>
            <source>Health: what is wrong here</source>
            <translation>健康检查：这里有什么问题</translation>
        </message>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>键盘快捷键</translation>
        </message>
        <message>
            <source>Larger</source>
            <translation>放大</translation>
        </message>
        <message>
            <source>Locate</source>
            <translation>定位</translation>
        </message>
        <message>
            <source>Not now.</source>
            <translation>现在不可用。</translation>
        </message>
        <message>
            <source>Nothing that is chosen can be updated.</source>
            <translation>所选设备均无可用更新。</translation>
        </message>
        <message>
            <source>Only on the page {page}.</source>
            <translation>仅限“{page}”页面。</translation>
        </message>
        <message>
            <source>Open its web page</source>
            <translation>打开设备网页</translation>
        </message>
        <message>
            <source>Pause messages</source>
            <translation>暂停消息</translation>
        </message>
        <message>
            <source>Quit</source>
            <translation>退出</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>Report a problem</source>
            <translation>报告问题</translation>
        </message>
        <message>
            <source>Restart</source>
            <translation>重启</translation>
        </message>
        <message>
            <source>Search on this page</source>
            <translation>在本页搜索</translation>
        </message>
        <message>
            <source>Send a message</source>
            <translation>发送消息</translation>
        </message>
        <message>
            <source>Set room</source>
            <translation>设置房间</translation>
        </message>
        <message>
            <source>Show its messages</source>
            <translation>显示其消息</translation>
        </message>
        <message>
            <source>Skip this version</source>
            <translation>跳过此版本</translation>
        </message>
        <message>
            <source>Smaller</source>
            <translation>缩小</translation>
        </message>
        <message>
            <source>Stay on this version</source>
            <translation>保持此版本</translation>
        </message>
        <message>
            <source>Tags</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>There is no place before this one.</source>
            <translation>没有上一个位置。</translation>
        </message>
        <message>
            <source>There is no place to go forward to.</source>
            <translation>没有可前进的位置。</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>Update what is chosen</source>
            <translation>更新所选设备</translation>
        </message>
        <message>
            <source>Usual size</source>
            <translation>原始大小</translation>
        </message>
        <message>
            <source>Welcome: find your house</source>
            <translation>欢迎：找到您的家</translation>
        </message>
        <message>
            <source>What was said</source>
            <translation>消息记录</translation>
        </message>
        <message>
            <source>Who is here</source>
            <translation>现在是谁</translation>
        </message>
    </context>
    <context>
        <name>Agree</name>
        <message numerus="yes">
            <source>%n message(s) were not of this home; ignored.</source>
            <translation>
                <numerusform>有 %n 条消息不属于这个家，已忽略。</numerusform>
            </translation>
        </message>
        <message>
            <source>Another computer of this home changed how updates go</source>
            <translation>家里的另一台电脑更改了更新策略</translation>
        </message>
        <message>
            <source>Begin here</source>
            <translation>从本机开始</translation>
        </message>
        <message>
            <source>Code</source>
            <translation>代码</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Join</source>
            <translation>加入</translation>
        </message>
        <message>
            <source>Names, rooms, tags, marks and policy are this computer's own.</source>
            <translation>名称、房间、标签、标记和策略只属于本机。</translation>
        </message>
        <message>
            <source>Other computers of this home</source>
            <translation>家里的其他电脑</translation>
        </message>
        <message>
            <source>Show the code…</source>
            <translation>显示代码…</translation>
        </message>
        <message>
            <source>Stop here</source>
            <translation>在本机停止</translation>
        </message>
        <message>
            <source>The broker {names} lets nothing be kept there.</source>
            <translation>消息代理 {names} 不允许在其上保存内容。</translation>
        </message>
        <message>
            <source>The code of this home</source>
            <translation>这个家的代码</translation>
        </message>
        <message numerus="yes">
            <source>The same here and at %n other computer(s).</source>
            <translation>
                <numerusform>本机与另外 %n 台电脑保持一致。</numerusform>
            </translation>
        </message>
        <message>
            <source>They can keep the same names, rooms, tags, marks and policy over the broker. Begin at one, then type its code at the others.</source>
            <translation>它们可以通过消息代理保持相同的名称、房间、标签、标记和策略。在一台上开始，再在其他电脑上输入它的代码。</translation>
        </message>
        <message>
            <source>This computer has lost the code. Type it again.</source>
            <translation>本机已没有代码，请重新输入。</translation>
        </message>
        <message>
            <source>This computer now goes its own way</source>
            <translation>本机从现在起独立运作</translation>
        </message>
        <message>
            <source>Type a code…</source>
            <translation>输入代码…</translation>
        </message>
        <message>
            <source>Type it at the other computers: Settings, This home. Whoever has it can rename devices and change the policy.</source>
            <translation>请在其他电脑的“设置”→“这个家”中输入。知道代码的人可以重命名设备并更改策略。</translation>
        </message>
        <message>
            <source>Type the code of this home</source>
            <translation>输入这个家的代码</translation>
        </message>
        <message>
            <source>Waits for the others: type the code there.</source>
            <translation>等待其他电脑：请在那里输入代码。</translation>
        </message>
        <message>
            <source>What is agreed on there is taken over; what it lacks stays yours.</source>
            <translation>采用那里已商定的内容；那里没有的保留本机的。</translation>
        </message>
    </context>
    <context>
        <name>Ask</name>
        <message>
            <source>Add a row</source>
            <translation>添加一行</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>More to say</source>
            <translation>更多选项</translation>
        </message>
        <message>
            <source>Remove row {number}</source>
            <translation>删除第 {number} 行</translation>
        </message>
    </context>
    <context>
        <name>Brokers</name>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
        <message>
            <source>A home may have several. One that is only listened to is never published to.</source>
            <translation>一个家可以有多个。只监听的服务器绝不会被写入。</translation>
        </message>
        <message>
            <source>Access list</source>
            <translation>访问控制表</translation>
        </message>
        <message>
            <source>Access list…</source>
            <translation>访问控制表…</translation>
        </message>
        <message>
            <source>Add a broker</source>
            <translation>添加消息代理</translation>
        </message>
        <message>
            <source>Add a broker…</source>
            <translation>添加消息代理…</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>地址</translation>
        </message>
        <message>
            <source>Address of this computer in the home's network</source>
            <translation>本机在家庭网络中的地址</translation>
        </message>
        <message>
            <source>Ask devices over HTTP that cannot be asked over MQTT</source>
            <translation>无法通过 MQTT 询问的设备，允许用 HTTP 询问</translation>
        </message>
        <message>
            <source>At private addresses of the home's network only, and only for what they do not say by themselves: their version, and that they fetch a file.</source>
            <translation>仅限家庭网络的私有地址，且只用于设备自己不说的事：它的版本，以及让它下载文件。</translation>
        </message>
        <message>
            <source>Authority to trust</source>
            <translation>信任的证书颁发机构</translation>
        </message>
        <message>
            <source>Broker {name} is removed</source>
            <translation>已移除消息代理 {name}</translation>
        </message>
        <message>
            <source>Broker {name} is used</source>
            <translation>已使用消息代理 {name}</translation>
        </message>
        <message>
            <source>Choose: {what}</source>
            <translation>选择：{what}</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>选择…</translation>
        </message>
        <message>
            <source>Connected, MQTT {version}</source>
            <translation>已连接，MQTT {version}</translation>
        </message>
        <message>
            <source>Connecting…</source>
            <translation>正在连接…</translation>
        </message>
        <message>
            <source>Connection lost</source>
            <translation>连接已断开</translation>
        </message>
        <message>
            <source>Find one…</source>
            <translation>查找服务器…</translation>
        </message>
        <message>
            <source>For a home that has none: mosquitto, as a service of yours. Without an address only this computer reaches it; with one, devices do too, over TLS at port 8883.</source>
            <translation>适合还没有服务器的家：以您的服务运行 mosquitto。不填地址时只有本机能连；填写后设备也能连，使用 TLS，端口 8883。</translation>
        </message>
        <message>
            <source>For mosquitto's acl_file: what Orangery needs at this broker, and no more.</source>
            <translation>用于 mosquitto 的 acl_file：只含 Orangery 在此消息代理上所需的权限。</translation>
        </message>
        <message>
            <source>Give devices this authority:</source>
            <translation>请把此颁发机构证书交给设备：</translation>
        </message>
        <message numerus="yes">
            <source>Heard: {dialects}, %n topic(s)</source>
            <translation>
                <numerusform>收到：{dialects}，%n 个主题</numerusform>
            </translation>
        </message>
        <message>
            <source>It is a bridge of</source>
            <translation>它是此服务器的桥接</translation>
        </message>
        <message>
            <source>It is tried at once; what speaks there appears in Devices.</source>
            <translation>会立即尝试连接；在那里发言的设备会出现在“设备”中。</translation>
        </message>
        <message>
            <source>It runs, and begins again when you log in.</source>
            <translation>它已在运行，登录后会自动启动。</translation>
        </message>
        <message>
            <source>Its key</source>
            <translation>其密钥</translation>
        </message>
        <message>
            <source>Its name here</source>
            <translation>在此处的名称</translation>
        </message>
        <message>
            <source>Less</source>
            <translation>收起</translation>
        </message>
        <message>
            <source>MQTT broker</source>
            <translation>消息代理</translation>
        </message>
        <message>
            <source>MQTT broker “{name}”</source>
            <translation>消息代理“{name}”</translation>
        </message>
        <message>
            <source>MQTT version</source>
            <translation>MQTT 版本</translation>
        </message>
        <message>
            <source>Make a broker here</source>
            <translation>在本机建立消息代理</translation>
        </message>
        <message>
            <source>Make one here…</source>
            <translation>在本机建立…</translation>
        </message>
        <message>
            <source>More</source>
            <translation>更多</translation>
        </message>
        <message>
            <source>More brokers</source>
            <translation>更多消息代理</translation>
        </message>
        <message>
            <source>Not connected</source>
            <translation>未连接</translation>
        </message>
        <message>
            <source>Not set yet</source>
            <translation>尚未设置</translation>
        </message>
        <message>
            <source>Nothing is heard there any more, and its password is forgotten. The devices met there stay known.</source>
            <translation>不再收听那里的消息，其密码也会被忘记。在那里见过的设备仍会保留。</translation>
        </message>
        <message>
            <source>Nothing seen of {dialects}: no right to read there, or nothing there</source>
            <translation>没有看到 {dialects}：没有读取权限，或那里没有内容</translation>
        </message>
        <message>
            <source>Only listen: never publish</source>
            <translation>只监听，绝不发布</translation>
        </message>
        <message>
            <source>Our certificate</source>
            <translation>我们的证书</translation>
        </message>
        <message>
            <source>Our own topics: no right there. Updates and other desktops of this home need it.</source>
            <translation>我们自己的主题：没有权限。更新和家里的其他电脑需要它。</translation>
        </message>
        <message>
            <source>Our own topics: not tried, for nothing is ever published there.</source>
            <translation>我们自己的主题：未尝试，因为那里绝不发布。</translation>
        </message>
        <message>
            <source>Our own topics: written to and read back.</source>
            <translation>我们自己的主题：可写入并读回。</translation>
        </message>
        <message>
            <source>Password</source>
            <translation>密码</translation>
        </message>
        <message>
            <source>Past the brokers</source>
            <translation>消息代理之外</translation>
        </message>
        <message>
            <source>Path of the WebSocket</source>
            <translation>WebSocket 路径</translation>
        </message>
        <message>
            <source>Port</source>
            <translation>端口</translation>
        </message>
        <message>
            <source>Port 8883 as a rule</source>
            <translation>通常为端口 8883</translation>
        </message>
        <message>
            <source>Refused</source>
            <translation>被拒绝</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Remove the broker {name}</source>
            <translation>移除消息代理 {name}</translation>
        </message>
        <message>
            <source>Remove the broker “{name}”?</source>
            <translation>移除消息代理“{name}”？</translation>
        </message>
        <message>
            <source>Remove…</source>
            <translation>移除…</translation>
        </message>
        <message>
            <source>TLS</source>
            <translation>TLS</translation>
        </message>
        <message>
            <source>The broker refuses {dialects}</source>
            <translation>消息代理拒绝 {dialects}</translation>
        </message>
        <message>
            <source>The home has a broker of its own</source>
            <translation>这个家有了自己的消息代理</translation>
        </message>
        <message>
            <source>There and back in {number} ms.</source>
            <translation>往返 {number} 毫秒。</translation>
        </message>
        <message>
            <source>There is no systemd here. Start it with:</source>
            <translation>这里没有 systemd。请用以下命令启动：</translation>
        </message>
        <message>
            <source>Transport</source>
            <translation>传输方式</translation>
        </message>
        <message>
            <source>Try it</source>
            <translation>测试</translation>
        </message>
        <message>
            <source>Trying…</source>
            <translation>正在测试…</translation>
        </message>
        <message>
            <source>User</source>
            <translation>用户</translation>
        </message>
        <message>
            <source>kept in the system's keyring</source>
            <translation>保存在系统密钥环中</translation>
        </message>
        <message>
            <source>no other one</source>
            <translation>不是任何一个</translation>
        </message>
    </context>
    <context>
        <name>Bulk</name>
        <message numerus="yes">
            <source>%n could not, because: {why}</source>
            <translation>
                <numerusform>%n 台未能完成，原因：{why}</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s)</source>
            <translation>
                <numerusform>%n 台设备</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n not begun: you stopped it</source>
            <translation>
                <numerusform>%n 台未开始：您已停止</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n selected</source>
            <translation>
                <numerusform>已选 %n 台</numerusform>
            </translation>
        </message>
        <message>
            <source>Choose nothing</source>
            <translation>取消选择</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>More…</source>
            <translation>更多…</translation>
        </message>
        <message>
            <source>Progress</source>
            <translation>进度</translation>
        </message>
        <message>
            <source>Show which</source>
            <translation>查看哪些</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Try these again</source>
            <translation>重试这些</translation>
        </message>
        <message>
            <source>and {more} more</source>
            <translation>以及另外 {more} 项</translation>
        </message>
        <message>
            <source>{done} of {total} done</source>
            <translation>{total} 台中已完成 {done} 台</translation>
        </message>
        <message numerus="yes">
            <source>{shown} of %n device(s)</source>
            <translation>
                <numerusform>%n 台设备中的 {shown} 台</numerusform>
            </translation>
        </message>
        <message>
            <source>{what}: {done} of {total}</source>
            <translation>{what}：{done} / {total}</translation>
        </message>
    </context>
    <context>
        <name>Carry</name>
        <message numerus="yes">
            <source>%n device(s)</source>
            <translation>
                <numerusform>%n 台设备</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n report(s)</source>
            <translation>
                <numerusform>%n 份反馈</numerusform>
            </translation>
        </message>
        <message>
            <source>Cancelled; nothing has changed.</source>
            <translation>已取消，未作任何更改。</translation>
        </message>
        <message>
            <source>Choose the file…</source>
            <translation>选择文件…</translation>
        </message>
        <message>
            <source>Choose where…</source>
            <translation>选择位置…</translation>
        </message>
        <message>
            <source>Close Orangery now</source>
            <translation>立即关闭 Orangery</translation>
        </message>
        <message>
            <source>Devices, names, history, updates, reports, what the makers signed, settings. Not in it: passwords and keys. You can go on meanwhile.</source>
            <translation>包含设备、名称、历史、更新、反馈、厂商签名和设置，不含密码和密钥。导出期间可以继续使用。</translation>
        </message>
        <message>
            <source>Do not take it</source>
            <translation>不使用</translation>
        </message>
        <message>
            <source>Export the whole house</source>
            <translation>导出整个家</translation>
        </message>
        <message>
            <source>Exported to {file}: {what}</source>
            <translation>已导出到 {file}：{what}</translation>
        </message>
        <message>
            <source>Exporting the house</source>
            <translation>正在导出家</translation>
        </message>
        <message>
            <source>Import a house</source>
            <translation>导入家</translation>
        </message>
        <message>
            <source>It was unpacked and checked. It takes its place when Orangery is opened the next time; the house of now is kept beside it, in the same place.</source>
            <translation>已解压并检查完毕。下次打开 Orangery 时生效；现在的家会保留在同一位置旁边。</translation>
        </message>
        <message>
            <source>Later</source>
            <translation>稍后</translation>
        </message>
        <message>
            <source>Lock it with a passphrase</source>
            <translation>用口令加密</translation>
        </message>
        <message>
            <source>Once more</source>
            <translation>再输一次</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>打开</translation>
        </message>
        <message>
            <source>Passphrase</source>
            <translation>口令</translation>
        </message>
        <message>
            <source>Short: who has the file can try them all. Take four words.</source>
            <translation>太短：拿到文件的人可以逐个尝试。请用四个词。</translation>
        </message>
        <message>
            <source>Take this house</source>
            <translation>使用这个家</translation>
        </message>
        <message>
            <source>The house in the file takes the place of this one, which is kept beside it. Passwords are typed again, and a hub is joined again.</source>
            <translation>文件中的家会代替现在的家，现在的家会保留在旁边。密码需要重新输入，反馈服务器需要重新加入。</translation>
        </message>
        <message>
            <source>The house is ready to move in</source>
            <translation>家已准备就绪</translation>
        </message>
        <message>
            <source>The imported house was dropped; all is as before.</source>
            <translation>已放弃导入的家，一切照旧。</translation>
        </message>
        <message>
            <source>Then say again:</source>
            <translation>之后需要重新输入：</translation>
        </message>
        <message>
            <source>Unpacking and checking the house</source>
            <translation>正在解压并检查</translation>
        </message>
        <message>
            <source>Whoever has the file can read all of it.</source>
            <translation>任何拿到文件的人都能读取全部内容。</translation>
        </message>
        <message>
            <source>Without the passphrase nobody opens the file again, we neither.</source>
            <translation>没有口令，任何人都无法再打开此文件，我们也不行。</translation>
        </message>
        <message>
            <source>the file {user} for the broker {name}</source>
            <translation>消息代理 {name} 所需的文件 {user}</translation>
        </message>
        <message>
            <source>the hub: join again with an invitation</source>
            <translation>反馈服务器：用邀请重新加入</translation>
        </message>
        <message>
            <source>the password of {user} at the broker {name}</source>
            <translation>{user} 在消息代理 {name} 上的密码</translation>
        </message>
        <message>
            <source>your token as staff of {name}</source>
            <translation>您作为 {name} 员工的令牌</translation>
        </message>
        <message>
            <source>{devices}, {reports}, {size}, of {day}</source>
            <translation>{devices}，{reports}，{size}，{day}</translation>
        </message>
        <message>
            <source>{file} is locked.</source>
            <translation>{file} 已加密。</translation>
        </message>
    </context>
    <context>
        <name>Clocks</name>
        <message>
            <source>A named person</source>
            <translation>具名负责人</translation>
        </message>
        <message>
            <source>Closed loop</source>
            <translation>闭环答复</translation>
        </message>
        <message>
            <source>First solution</source>
            <translation>首个解决方案</translation>
        </message>
        <message>
            <source>Public notice</source>
            <translation>公开通告</translation>
        </message>
        <message>
            <source>by {time}</source>
            <translation>截止 {time}</translation>
        </message>
        <message>
            <source>clock not started: not sent yet</source>
            <translation>尚未计时：还未发送</translation>
        </message>
        <message>
            <source>in time</source>
            <translation>时间充裕</translation>
        </message>
        <message>
            <source>kept after {span}</source>
            <translation>已兑现，用时 {span}</translation>
        </message>
        <message>
            <source>kept late, after {span}</source>
            <translation>逾期兑现，用时 {span}</translation>
        </message>
        <message>
            <source>late</source>
            <translation>已逾期</translation>
        </message>
        <message>
            <source>soon</source>
            <translation>即将到期</translation>
        </message>
        <message>
            <source>stands still</source>
            <translation>已暂停</translation>
        </message>
        <message>
            <source>stands still: they wait for you</source>
            <translation>已暂停：等待您的回答</translation>
        </message>
        <message>
            <source>urgent</source>
            <translation>紧急</translation>
        </message>
        <message>
            <source>within 3 days</source>
            <translation>3 天内</translation>
        </message>
        <message>
            <source>within 3 hours</source>
            <translation>3 小时内</translation>
        </message>
        <message>
            <source>within 30 minutes</source>
            <translation>30 分钟内</translation>
        </message>
        <message>
            <source>within 4 hours</source>
            <translation>4 小时内</translation>
        </message>
        <message>
            <source>{by} · counts while the team is there</source>
            <translation>{by} · 仅在团队值班时计时</translation>
        </message>
        <message>
            <source>{span} late</source>
            <translation>已逾期 {span}</translation>
        </message>
        <message>
            <source>{span} left</source>
            <translation>还剩 {span}</translation>
        </message>
    </context>
    <context>
        <name>Columns</name>
        <message>
            <source>nothing</source>
            <translation>无</translation>
        </message>
    </context>
    <context>
        <name>Community</name>
        <message numerus="yes">
            <source>%n entry(ies)</source>
            <translation>
                <numerusform>%n 项</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n home(s) had it</source>
            <translation>
                <numerusform>%n 个家庭曾有此问题</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n hour(s)</source>
            <translation>
                <numerusform>%n 小时</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n member(s)</source>
            <translation>
                <numerusform>%n 位成员</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n point(s)</source>
            <translation>
                <numerusform>%n 分</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n seat(s)</source>
            <translation>
                <numerusform>%n 个席位</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n vote(s)</source>
            <translation>
                <numerusform>%n 票</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n vote(s) left</source>
            <translation>
                <numerusform>剩余 %n 票</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n vote(s) more make it a petition</source>
            <translation>
                <numerusform>再得 %n 票即成为请愿</numerusform>
            </translation>
        </message>
        <message>
            <source>A seat</source>
            <translation>名额</translation>
        </message>
        <message>
            <source>About</source>
            <translation>关于</translation>
        </message>
        <message>
            <source>Academician</source>
            <translation>院士</translation>
        </message>
        <message>
            <source>Account</source>
            <translation>账户</translation>
        </message>
        <message>
            <source>After three contacts</source>
            <translation>三次联系之后</translation>
        </message>
        <message>
            <source>Against</source>
            <translation>申诉对象</translation>
        </message>
        <message>
            <source>Appeal</source>
            <translation>申诉</translation>
        </message>
        <message>
            <source>Appeal against a decision…</source>
            <translation>对决定提出申诉…</translation>
        </message>
        <message>
            <source>Appeals</source>
            <translation>申诉</translation>
        </message>
        <message>
            <source>As long as nobody else has voted for it.</source>
            <translation>在没有其他人投票之前可以修改。</translation>
        </message>
        <message>
            <source>Asked by</source>
            <translation>发起人</translation>
        </message>
        <message>
            <source>Ballots</source>
            <translation>表决</translation>
        </message>
        <message>
            <source>Begin a circle</source>
            <translation>创建圈子</translation>
        </message>
        <message>
            <source>Begin a circle…</source>
            <translation>创建圈子…</translation>
        </message>
        <message>
            <source>Byte for byte. Measured on: {devices}</source>
            <translation>逐字节显示。测量设备：{devices}</translation>
        </message>
        <message>
            <source>Came true</source>
            <translation>已实现</translation>
        </message>
        <message>
            <source>Candidates</source>
            <translation>候选人</translation>
        </message>
        <message>
            <source>Change it…</source>
            <translation>修改…</translation>
        </message>
        <message>
            <source>Change the idea</source>
            <translation>修改建议</translation>
        </message>
        <message>
            <source>Changes</source>
            <translation>变更</translation>
        </message>
        <message>
            <source>Circles</source>
            <translation>圈子</translation>
        </message>
        <message>
            <source>Closes</source>
            <translation>截止</translation>
        </message>
        <message>
            <source>Committees</source>
            <translation>代表委员会</translation>
        </message>
        <message>
            <source>Community</source>
            <translation>社区</translation>
        </message>
        <message>
            <source>Could be drawn</source>
            <translation>可抽选人数</translation>
        </message>
        <message>
            <source>Counted</source>
            <translation>已计票</translation>
        </message>
        <message>
            <source>Dangerous</source>
            <translation>有危险</translation>
        </message>
        <message>
            <source>Declined</source>
            <translation>已谢绝</translation>
        </message>
        <message>
            <source>Details</source>
            <translation>详情</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>已执行</translation>
        </message>
        <message>
            <source>Drawn</source>
            <translation>已抽选</translation>
        </message>
        <message>
            <source>Ends by itself</source>
            <translation>自动结束</translation>
        </message>
        <message>
            <source>Engineers, by your popcorn</source>
            <translation>工程师（由您的爆米花评选）</translation>
        </message>
        <message>
            <source>Entries</source>
            <translation>条目</translation>
        </message>
        <message>
            <source>Everybody sees it and can vote for it; that it is yours, nobody.</source>
            <translation>所有人都能看到并投票；但没有人知道是您提出的。</translation>
        </message>
        <message>
            <source>Everybody sees the nickname and the week's points.</source>
            <translation>所有人都能看到昵称和本周积分。</translation>
        </message>
        <message>
            <source>First in earlier weeks</source>
            <translation>往周第一名</translation>
        </message>
        <message>
            <source>Fixes verified</source>
            <translation>已验证的修复</translation>
        </message>
        <message>
            <source>For the member</source>
            <translation>支持成员</translation>
        </message>
        <message>
            <source>Friday</source>
            <translation>周五</translation>
        </message>
        <message>
            <source>From post to release</source>
            <translation>从提出到发布</translation>
        </message>
        <message>
            <source>From testers</source>
            <translation>来自测试者</translation>
        </message>
        <message>
            <source>Geek Elder</source>
            <translation>极客元老</translation>
        </message>
        <message>
            <source>Guardian</source>
            <translation>守护者</translation>
        </message>
        <message>
            <source>Held weeks</source>
            <translation>被搁置的周</translation>
        </message>
        <message>
            <source>Homes</source>
            <translation>家庭</translation>
        </message>
        <message>
            <source>How it ended</source>
            <translation>结果</translation>
        </message>
        <message>
            <source>How it is worked out</source>
            <translation>计算方法</translation>
        </message>
        <message>
            <source>How the makers served this home. Never used to sell.</source>
            <translation>厂商为本家庭服务的情况。绝不用于销售。</translation>
        </message>
        <message>
            <source>How you are served</source>
            <translation>服务温度</translation>
        </message>
        <message>
            <source>Ideas</source>
            <translation>建议</translation>
        </message>
        <message>
            <source>Ideas that came true</source>
            <translation>已实现的建议</translation>
        </message>
        <message>
            <source>It begins with you, and is open to everybody.</source>
            <translation>由您发起，对所有人开放。</translation>
        </message>
        <message>
            <source>It is about something unwanted that is to stop</source>
            <translation>关于希望停止的某种行为</translation>
        </message>
        <message>
            <source>It took</source>
            <translation>用时</translation>
        </message>
        <message>
            <source>It was taken for the same as another</source>
            <translation>被视为重复</translation>
        </message>
        <message>
            <source>Its words are for the panel alone.</source>
            <translation>其内容仅供评审团阅读。</translation>
        </message>
        <message>
            <source>Join it</source>
            <translation>加入</translation>
        </message>
        <message>
            <source>Kept under this name only; the books are public.</source>
            <translation>仅以此代号记录；账本公开。</translation>
        </message>
        <message>
            <source>Kept, and sent as soon as the hub answers</source>
            <translation>已保存，反馈服务器可用时立即发送</translation>
        </message>
        <message>
            <source>Leave it</source>
            <translation>退出</translation>
        </message>
        <message>
            <source>Looked at</source>
            <translation>复核中</translation>
        </message>
        <message>
            <source>May vote</source>
            <translation>有投票权</translation>
        </message>
        <message>
            <source>Measuring</source>
            <translation>测量活动</translation>
        </message>
        <message>
            <source>Medals</source>
            <translation>奖章</translation>
        </message>
        <message>
            <source>Motions</source>
            <translation>动议</translation>
        </message>
        <message>
            <source>My choice</source>
            <translation>我的选择</translation>
        </message>
        <message>
            <source>My side</source>
            <translation>我的陈述</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>Nickname</source>
            <translation>昵称</translation>
        </message>
        <message>
            <source>No appeals. Where the makers decided something against you, ten drawn members and two stewards can look at it.</source>
            <translation>没有申诉。如果厂商作出了对您不利的决定，可由抽选的十位成员和两位监事审查。</translation>
        </message>
        <message>
            <source>No ballot is open. When one is, it stands here for three days.</source>
            <translation>目前没有表决。如有表决，会在此处保留三天。</translation>
        </message>
        <message>
            <source>No circles yet: people who share a model, a room, a language.</source>
            <translation>还没有圈子：拥有相同型号、房间或语言的人。</translation>
        </message>
        <message>
            <source>No committee yet. Every half year members elect five for each product line.</source>
            <translation>还没有委员会。每半年，成员为每条产品线选出五人。</translation>
        </message>
        <message>
            <source>No ideas yet. The first one may be yours.</source>
            <translation>还没有建议。第一条可以由您提出。</translation>
        </message>
        <message>
            <source>No notices. What many homes meet at once is told here.</source>
            <translation>没有通告。许多家庭同时遇到的问题会在此告知。</translation>
        </message>
        <message>
            <source>No points yet. They come for problems that are confirmed and fixes that you verify, never for how much you write.</source>
            <translation>还没有积分。积分来自已确认的问题和您验证的修复，与您写了多少无关。</translation>
        </message>
        <message>
            <source>No week has been published by this hub yet.</source>
            <translation>此反馈服务器尚未发布任何一周。</translation>
        </message>
        <message>
            <source>Nobody asks for measurements. If somebody does, you decide.</source>
            <translation>目前没有测量请求。如有，由您决定是否参加。</translation>
        </message>
        <message>
            <source>Nobody else sees it. With the receipt that stays here you find it in the public list.</source>
            <translation>其他人看不到。凭保存在此处的回执，您可以在公开名单中找到它。</translation>
        </message>
        <message>
            <source>Not taken</source>
            <translation>未被接受</translation>
        </message>
        <message>
            <source>Nothing has happened yet: it stands at 50 of 100.</source>
            <translation>尚无事件：目前为 50/100。</translation>
        </message>
        <message>
            <source>Nothing more is measured; the hub forgets what it had.</source>
            <translation>不再测量；反馈服务器会删除已有数据。</translation>
        </message>
        <message>
            <source>Nothing yet: no device here says what is asked for.</source>
            <translation>暂无：这里没有设备提供所需数据。</translation>
        </message>
        <message>
            <source>Notices</source>
            <translation>通告</translation>
        </message>
        <message>
            <source>Of a</source>
            <translation>类型</translation>
        </message>
        <message>
            <source>Only who agreed stands here, under a nickname.</source>
            <translation>只显示同意上榜的人，并使用昵称。</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>进行中</translation>
        </message>
        <message>
            <source>Opened</source>
            <translation>提出时间</translation>
        </message>
        <message>
            <source>Options</source>
            <translation>选项</translation>
        </message>
        <message>
            <source>Orange Knight</source>
            <translation>橙色骑士</translation>
        </message>
        <message>
            <source>Over</source>
            <translation>已结束</translation>
        </message>
        <message>
            <source>Pending</source>
            <translation>待定</translation>
        </message>
        <message>
            <source>Petition</source>
            <translation>请愿</translation>
        </message>
        <message>
            <source>Places</source>
            <translation>名次</translation>
        </message>
        <message>
            <source>Planned</source>
            <translation>已计划</translation>
        </message>
        <message>
            <source>Points</source>
            <translation>积分</translation>
        </message>
        <message>
            <source>Popcorn points</source>
            <translation>爆米花积分</translation>
        </message>
        <message>
            <source>Problems found</source>
            <translation>发现的问题</translation>
        </message>
        <message>
            <source>Promised within 72 hours</source>
            <translation>承诺 72 小时内解决</translation>
        </message>
        <message>
            <source>Promises</source>
            <translation>承诺</translation>
        </message>
        <message>
            <source>Promises kept</source>
            <translation>承诺兑现</translation>
        </message>
        <message>
            <source>Promises not kept</source>
            <translation>未兑现的承诺</translation>
        </message>
        <message>
            <source>Propose an idea</source>
            <translation>提出建议</translation>
        </message>
        <message>
            <source>Propose an idea…</source>
            <translation>提出建议…</translation>
        </message>
        <message>
            <source>Proposed</source>
            <translation>提出时间</translation>
        </message>
        <message>
            <source>Put by</source>
            <translation>发起方</translation>
        </message>
        <message>
            <source>Remedy</source>
            <translation>补救措施</translation>
        </message>
        <message>
            <source>Roll</source>
            <translation>名册摘要</translation>
        </message>
        <message>
            <source>Sealed</source>
            <translation>封存摘要</translation>
        </message>
        <message>
            <source>Seats</source>
            <translation>席位</translation>
        </message>
        <message>
            <source>Sections</source>
            <translation>栏目</translation>
        </message>
        <message>
            <source>See what would leave</source>
            <translation>查看将外发的内容</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>种子</translation>
        </message>
        <message>
            <source>Settled</source>
            <translation>已解决</translation>
        </message>
        <message>
            <source>Since</source>
            <translation>开始时间</translation>
        </message>
        <message>
            <source>Something was declined</source>
            <translation>某事被谢绝</translation>
        </message>
        <message>
            <source>Something was removed</source>
            <translation>某内容被移除</translation>
        </message>
        <message>
            <source>Stand for a seat</source>
            <translation>参选席位</translation>
        </message>
        <message>
            <source>Stand for a seat…</source>
            <translation>参选席位…</translation>
        </message>
        <message>
            <source>Stand no longer</source>
            <translation>退出参选</translation>
        </message>
        <message>
            <source>Stand on the boards</source>
            <translation>上榜</translation>
        </message>
        <message>
            <source>Stand on the boards no longer</source>
            <translation>不再上榜</translation>
        </message>
        <message>
            <source>Stand on the boards…</source>
            <translation>上榜…</translation>
        </message>
        <message>
            <source>Support it</source>
            <translation>支持</translation>
        </message>
        <message>
            <source>Take my vote back</source>
            <translation>收回我的票</translation>
        </message>
        <message>
            <source>Take part</source>
            <translation>参加</translation>
        </message>
        <message>
            <source>Take part no longer</source>
            <translation>不再参加</translation>
        </message>
        <message>
            <source>Ten members drawn by lot and two stewards read both sides, without names.</source>
            <translation>抽签选出的十位成员和两位监事会匿名阅读双方陈述。</translation>
        </message>
        <message>
            <source>The decision stands</source>
            <translation>维持决定</translation>
        </message>
        <message>
            <source>The hub has not been reached yet. It is tried by itself.</source>
            <translation>尚未连上反馈服务器，会自动重试。</translation>
        </message>
        <message>
            <source>The hub refused it: {why}</source>
            <translation>反馈服务器拒绝了：{why}</translation>
        </message>
        <message>
            <source>The makers' side</source>
            <translation>厂商的陈述</translation>
        </message>
        <message>
            <source>The member is right</source>
            <translation>成员有理</translation>
        </message>
        <message>
            <source>The member's side</source>
            <translation>成员的陈述</translation>
        </message>
        <message>
            <source>The panel votes</source>
            <translation>评审团投票中</translation>
        </message>
        <message>
            <source>The result binds the makers.</source>
            <translation>结果对厂商有约束力。</translation>
        </message>
        <message>
            <source>The result is advice, said beforehand.</source>
            <translation>结果仅供参考，已事先说明。</translation>
        </message>
        <message>
            <source>The weeks</source>
            <translation>各周页面</translation>
        </message>
        <message>
            <source>This comes from the makers' hub. Enter an invitation code on the Reports page.</source>
            <translation>此内容来自厂商的反馈服务器。请在“反馈”页面输入邀请码。</translation>
        </message>
        <message>
            <source>Title</source>
            <translation>标题</translation>
        </message>
        <message>
            <source>Told so far</source>
            <translation>已告知</translation>
        </message>
        <message>
            <source>Too few voted in time</source>
            <translation>按时投票的人太少</translation>
        </message>
        <message>
            <source>Versions</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>Vote</source>
            <translation>投票</translation>
        </message>
        <message>
            <source>Vote anew…</source>
            <translation>重新投票…</translation>
        </message>
        <message>
            <source>Vote for it</source>
            <translation>投它一票</translation>
        </message>
        <message>
            <source>Voted</source>
            <translation>已投票</translation>
        </message>
        <message>
            <source>Votes</source>
            <translation>票数</translation>
        </message>
        <message>
            <source>Votes until</source>
            <translation>投票截止</translation>
        </message>
        <message>
            <source>Vote…</source>
            <translation>投票…</translation>
        </message>
        <message>
            <source>Waits for the draw</source>
            <translation>等待抽签</translation>
        </message>
        <message>
            <source>What I ask for</source>
            <translation>我的请求</translation>
        </message>
        <message>
            <source>What is told</source>
            <translation>告知的内容</translation>
        </message>
        <message>
            <source>What leaves this home</source>
            <translation>离开本家庭的内容</translation>
        </message>
        <message>
            <source>What moved it</source>
            <translation>影响因素</translation>
        </message>
        <message>
            <source>What they were for</source>
            <translation>积分来源</translation>
        </message>
        <message>
            <source>What to do</source>
            <translation>应对办法</translation>
        </message>
        <message>
            <source>What would be better, and why?</source>
            <translation>怎样会更好？为什么？</translation>
        </message>
        <message>
            <source>What you asked waits to be sent.</source>
            <translation>您的请求正在等待发送。</translation>
        </message>
        <message>
            <source>Who stands for a seat agrees to be named.</source>
            <translation>参选者同意公开姓名。</translation>
        </message>
        <message>
            <source>Why not</source>
            <translation>未采纳的理由</translation>
        </message>
        <message>
            <source>Why you, in a few sentences</source>
            <translation>用几句话说明为什么选您</translation>
        </message>
        <message>
            <source>Wishes that come true</source>
            <translation>实现的愿望</translation>
        </message>
        <message>
            <source>You are asked</source>
            <translation>邀请您参加</translation>
        </message>
        <message>
            <source>You take part</source>
            <translation>您已参加</translation>
        </message>
        <message>
            <source>You take part. It ends by itself.</source>
            <translation>您已参加。到期自动结束。</translation>
        </message>
        <message>
            <source>Your account</source>
            <translation>您的账户</translation>
        </message>
        <message>
            <source>Your invitation waits for the hub.</source>
            <translation>您的邀请正在等待反馈服务器。</translation>
        </message>
        <message>
            <source>Yours</source>
            <translation>已归您</translation>
        </message>
        <message>
            <source>a duplicate marked rightly</source>
            <translation>正确标记了重复</translation>
        </message>
        <message>
            <source>a fault that halted an update</source>
            <translation>发现故障使更新暂停</translation>
        </message>
        <message>
            <source>a fix seen on your device</source>
            <translation>在您的设备上验证了修复</translation>
        </message>
        <message>
            <source>a fix that did not help</source>
            <translation>修复无效</translation>
        </message>
        <message>
            <source>a fix that helped you</source>
            <translation>对您有效的修复</translation>
        </message>
        <message>
            <source>a product manager</source>
            <translation>产品经理</translation>
        </message>
        <message>
            <source>a report that was right</source>
            <translation>正确的反馈</translation>
        </message>
        <message>
            <source>a translation, a text or a patch</source>
            <translation>译文、文字或补丁</translation>
        </message>
        <message>
            <source>accepted</source>
            <translation>已采纳</translation>
        </message>
        <message>
            <source>an apology</source>
            <translation>道歉</translation>
        </message>
        <message>
            <source>an idea that came true</source>
            <translation>建议已实现</translation>
        </message>
        <message>
            <source>an invitation</source>
            <translation>邀请码</translation>
        </message>
        <message>
            <source>an update that failed</source>
            <translation>更新失败</translation>
        </message>
        <message>
            <source>answered in time</source>
            <translation>按时答复</translation>
        </message>
        <message>
            <source>answered late</source>
            <translation>逾期答复</translation>
        </message>
        <message>
            <source>at most every {span}</source>
            <translation>最多每 {span} 一次</translation>
        </message>
        <message>
            <source>declined</source>
            <translation>已谢绝</translation>
        </message>
        <message>
            <source>first to report a problem, critical</source>
            <translation>首位反馈严重问题</translation>
        </message>
        <message>
            <source>first to report a problem, major</source>
            <translation>首位反馈较重问题</translation>
        </message>
        <message>
            <source>first to report a problem, minor</source>
            <translation>首位反馈轻微问题</translation>
        </message>
        <message>
            <source>first to report a security hole</source>
            <translation>首位反馈安全漏洞</translation>
        </message>
        <message>
            <source>for {days} days, together at most {most}</source>
            <translation>持续 {days} 天，合计最多 {most}</translation>
        </message>
        <message>
            <source>from testers</source>
            <translation>来自测试者</translation>
        </message>
        <message>
            <source>grade it anew</source>
            <translation>重新评级</translation>
        </message>
        <message>
            <source>granted by a panel</source>
            <translation>评审团裁定</translation>
        </message>
        <message>
            <source>kept {span} late</source>
            <translation>逾期 {span} 兑现</translation>
        </message>
        <message>
            <source>language {name}</source>
            <translation>语言 {name}</translation>
        </message>
        <message>
            <source>looked at first</source>
            <translation>复核中</translation>
        </message>
        <message>
            <source>many want it</source>
            <translation>许多人想要</translation>
        </message>
        <message>
            <source>model {name}</source>
            <translation>型号 {name}</translation>
        </message>
        <message>
            <source>my seat</source>
            <translation>我的名额</translation>
        </message>
        <message>
            <source>no idea names it yet</source>
            <translation>还没有相关建议</translation>
        </message>
        <message>
            <source>no release</source>
            <translation>没有发布</translation>
        </message>
        <message>
            <source>nobody said anything</source>
            <translation>无人回应</translation>
        </message>
        <message>
            <source>nobody yet</source>
            <translation>还没有人</translation>
        </message>
        <message>
            <source>none</source>
            <translation>无</translation>
        </message>
        <message>
            <source>none fell due</source>
            <translation>没有到期的承诺</translation>
        </message>
        <message>
            <source>none yet; none can be given on or sold</source>
            <translation>还没有；奖章不可转让或出售</translation>
        </message>
        <message>
            <source>not elected yet</source>
            <translation>尚未选举</translation>
        </message>
        <message>
            <source>not kept yet</source>
            <translation>尚未兑现</translation>
        </message>
        <message>
            <source>not said yet</source>
            <translation>尚未陈述</translation>
        </message>
        <message>
            <source>nothing yet</source>
            <translation>暂无</translation>
        </message>
        <message>
            <source>one line an hour: the middle and the 95th percentile</source>
            <translation>每小时一行：中位数和第 95 百分位</translation>
        </message>
        <message>
            <source>open it again</source>
            <translation>重新开启</translation>
        </message>
        <message>
            <source>over</source>
            <translation>已结束</translation>
        </message>
        <message>
            <source>own evidence of a problem</source>
            <translation>提供自己的证据</translation>
        </message>
        <message>
            <source>pay the points</source>
            <translation>发放积分</translation>
        </message>
        <message>
            <source>pending: yours after seven days</source>
            <translation>待定：七天后归您</translation>
        </message>
        <message>
            <source>petition</source>
            <translation>请愿</translation>
        </message>
        <message>
            <source>put to a ballot</source>
            <translation>交付表决</translation>
        </message>
        <message>
            <source>room {name}</source>
            <translation>房间 {name}</translation>
        </message>
        <message>
            <source>steps that worked the first time</source>
            <translation>步骤一次即可复现</translation>
        </message>
        <message>
            <source>stop something unwanted</source>
            <translation>停止不想要的行为</translation>
        </message>
        <message>
            <source>take points back</source>
            <translation>收回积分</translation>
        </message>
        <message>
            <source>taken back</source>
            <translation>已收回</translation>
        </message>
        <message>
            <source>the makers have not answered yet</source>
            <translation>厂商尚未答复</translation>
        </message>
        <message>
            <source>this week</source>
            <translation>本周</translation>
        </message>
        <message>
            <source>until {time}</source>
            <translation>截至 {time}</translation>
        </message>
        <message>
            <source>use {name}</source>
            <translation>用途 {name}</translation>
        </message>
        <message>
            <source>you are drawn</source>
            <translation>您被抽中</translation>
        </message>
        <message>
            <source>you: {score}</source>
            <translation>您：{score}</translation>
        </message>
        <message>
            <source>your choice</source>
            <translation>您的选择</translation>
        </message>
        <message>
            <source>yours</source>
            <translation>您的</translation>
        </message>
        <message>
            <source>yours too</source>
            <translation>您也投了</translation>
        </message>
        <message>
            <source>{answer} by {name}, {time}</source>
            <translation>{name} 于 {time} {answer}</translation>
        </message>
        <message>
            <source>{degrees} of 100</source>
            <translation>{degrees}/100</translation>
        </message>
        <message>
            <source>{kept} of {number} in time</source>
            <translation>{number} 项中 {kept} 项按时</translation>
        </message>
        <message>
            <source>{left} of {all}</source>
            <translation>{left}（共 {all}）</translation>
        </message>
        <message>
            <source>{name} must answer: {left}</source>
            <translation>{name} 必须答复：{left}</translation>
        </message>
        <message>
            <source>{name} took it over</source>
            <translation>{name} 已接手</translation>
        </message>
        <message>
            <source>{number} %</source>
            <translation>{number}%</translation>
        </message>
        <message>
            <source>{points} pending</source>
            <translation>{points} 待定</translation>
        </message>
        <message>
            <source>{share} from testers</source>
            <translation>{share} 来自测试者</translation>
        </message>
        <message>
            <source>{share} · {count} of {all} changes</source>
            <translation>{share} · {all} 项变更中的 {count} 项</translation>
        </message>
        <message>
            <source>{share} · {count} of {all} decided</source>
            <translation>{share} · 已决定的 {all} 项中的 {count} 项</translation>
        </message>
        <message>
            <source>{share} · {count} of {all} promises</source>
            <translation>{share} · {all} 项承诺中的 {count} 项</translation>
        </message>
        <message>
            <source>{span} in the middle</source>
            <translation>中位数 {span}</translation>
        </message>
        <message>
            <source>{supported} of {needed} support it</source>
            <translation>需 {needed} 人，已有 {supported} 人支持</translation>
        </message>
        <message>
            <source>{upheld} of {votes} for the member</source>
            <translation>{votes} 票中 {upheld} 票支持成员</translation>
        </message>
        <message>
            <source>{week}, frozen {time}</source>
            <translation>{week}，冻结于 {time}</translation>
        </message>
    </context>
    <context>
        <name>Crashed</name>
        <message numerus="yes">
            <source>%n more like it</source>
            <translation>
                <numerusform>另有 %n 次类似情况</numerusform>
            </translation>
        </message>
        <message>
            <source>Don't</source>
            <translation>不用</translation>
        </message>
        <message>
            <source>Drafts and updates were kept; they go on where they were.</source>
            <translation>草稿和更新都已保留，会从原处继续。</translation>
        </message>
        <message>
            <source>It was tried two times. This is the version before it again.</source>
            <translation>已尝试两次。现在重新运行之前的版本。</translation>
        </message>
        <message>
            <source>It went on, but what you did just then may not have happened.</source>
            <translation>程序继续运行，但您当时的操作可能没有完成。</translation>
        </message>
        <message>
            <source>Look at a report…</source>
            <translation>查看报告…</translation>
        </message>
        <message>
            <source>Nothing is sent by itself: you see it all first. You are asked only once.</source>
            <translation>不会自动发送任何内容：您会先看到全部内容。只询问这一次。</translation>
        </message>
        <message>
            <source>Orangery ended without a word the last time</source>
            <translation>上次 Orangery 突然终止</translation>
        </message>
        <message>
            <source>Orangery was ended by a fault the last time</source>
            <translation>上次 Orangery 因故障而终止</translation>
        </message>
        <message>
            <source>Somebody or something ended it, perhaps for want of memory. Drafts and updates were kept.</source>
            <translation>程序被强行结束，可能是内存不足。草稿和更新都已保留。</translation>
        </message>
        <message>
            <source>Something in Orangery broke the last time</source>
            <translation>上次运行时 Orangery 出现了故障</translation>
        </message>
        <message>
            <source>Tell the makers?</source>
            <translation>要告诉厂商吗？</translation>
        </message>
        <message>
            <source>That was at {when}.</source>
            <translation>时间：{when}。</translation>
        </message>
        <message>
            <source>The house is as it was before it; what the new version wrote is kept beside it.</source>
            <translation>这个家已恢复到新版本之前的样子；新版本写入的内容保存在旁边。</translation>
        </message>
        <message>
            <source>The new Orangery {version} did not start</source>
            <translation>新版 Orangery {version} 未能启动</translation>
        </message>
        <message>
            <source>What I did just before:</source>
            <translation>在此之前我做了什么：</translation>
        </message>
        <message>
            <source>What the program left behind</source>
            <translation>程序留下的信息</translation>
        </message>
        <message>
            <source>What the program left behind ({what}, version {version}):</source>
            <translation>程序留下的信息（{what}，版本 {version}）：</translation>
        </message>
        <message>
            <source>nothing</source>
            <translation>无</translation>
        </message>
    </context>
    <context>
        <name>Data</name>
        <message>
            <source>Copied</source>
            <translation>已复制</translation>
        </message>
        <message>
            <source>Copy its place</source>
            <translation>复制位置</translation>
        </message>
        <message>
            <source>Devices and rooms</source>
            <translation>设备与房间</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
        <message>
            <source>For a computer without a keyring. Back: the file is emptied into it.</source>
            <translation>适合没有密钥环的电脑。取消时，文件中的内容会移入密钥环。</translation>
        </message>
        <message>
            <source>Import…</source>
            <translation>导入…</translation>
        </message>
        <message>
            <source>In a file of this folder that only you can read: who can read your files can.</source>
            <translation>保存在此文件夹中只有您能读取的文件里：能读取您文件的人就能读取它。</translation>
        </message>
        <message>
            <source>In the system's keyring ({name}).</source>
            <translation>保存在系统密钥环中（{name}）。</translation>
        </message>
        <message>
            <source>Keep them in a file that only I can read</source>
            <translation>保存在只有我能读取的文件中</translation>
        </message>
        <message>
            <source>Open the folder</source>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <source>Other files there</source>
            <translation>那里的其他文件</translation>
        </message>
        <message>
            <source>Passwords and keys</source>
            <translation>密码与密钥</translation>
        </message>
        <message>
            <source>Reports and their files</source>
            <translation>反馈及其附件</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>The home's own broker</source>
            <translation>家庭自己的消息代理</translation>
        </message>
        <message>
            <source>The program's log</source>
            <translation>程序日志</translation>
        </message>
        <message>
            <source>The whole house as one file</source>
            <translation>整个家保存为一个文件</translation>
        </message>
        <message>
            <source>To move to another computer, or to keep it safe: everything but passwords and keys, locked with a passphrase where you want.</source>
            <translation>用于搬到另一台电脑或妥善保存：除密码和密钥外的全部内容，可用口令锁定。</translation>
        </message>
        <message>
            <source>Updates, and what the makers signed</source>
            <translation>更新与厂商的签名</translation>
        </message>
        <message>
            <source>Verified firmware</source>
            <translation>已核验的固件</translation>
        </message>
        <message>
            <source>What was measured</source>
            <translation>测量数据</translation>
        </message>
        <message>
            <source>Where it lies</source>
            <translation>存放位置</translation>
        </message>
        <message>
            <source>{all} in all, {free} free on its disk</source>
            <translation>共 {all}，所在磁盘剩余 {free}</translation>
        </message>
    </context>
    <context>
        <name>Dates</name>
        <message numerus="yes">
            <source>%n d</source>
            <translation>
                <numerusform>%n 天</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n h</source>
            <translation>
                <numerusform>%n 小时</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n min</source>
            <translation>
                <numerusform>%n 分钟</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n s</source>
            <translation>
                <numerusform>%n 秒</numerusform>
            </translation>
        </message>
        <message>
            <source>HH:mm</source>
            <translation>HH:mm</translation>
        </message>
        <message>
            <source>HH:mm:ss</source>
            <translation>HH:mm:ss</translation>
        </message>
        <message>
            <source>MMM</source>
            <translation>M月</translation>
        </message>
        <message>
            <source>d MMM</source>
            <translation>M月d日</translation>
        </message>
        <message>
            <source>ddd HH:mm</source>
            <translation>ddd HH:mm</translation>
        </message>
        <message>
            <source>ddd d MMM</source>
            <translation>M月d日</translation>
        </message>
        <message>
            <source>ddd d MMM HH:mm</source>
            <translation>M月d日 ddd HH:mm</translation>
        </message>
        <message>
            <source>ddd d MMM yyyy</source>
            <translation>yyyy年M月d日 ddd</translation>
        </message>
        <message>
            <source>dddd</source>
            <translation>dddd</translation>
        </message>
        <message>
            <source>dddd d MMMM</source>
            <translation>M月d日 dddd</translation>
        </message>
        <message>
            <source>dddd d MMMM yyyy</source>
            <translation>yyyy年M月d日 dddd</translation>
        </message>
        <message>
            <source>just now</source>
            <translation>刚刚</translation>
        </message>
        <message>
            <source>not yet</source>
            <translation>尚未</translation>
        </message>
        <message>
            <source>tomorrow {time}</source>
            <translation>明天 {time}</translation>
        </message>
    </context>
    <context>
        <name>Deeds</name>
        <message numerus="yes">
            <source>%n device(s) forgotten</source>
            <translation>
                <numerusform>已移除 %n 台设备</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) look for an update</source>
            <translation>
                <numerusform>%n 台设备正在查找更新</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) may be updated again</source>
            <translation>
                <numerusform>%n 台设备可以再次更新</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) stay on their version</source>
            <translation>
                <numerusform>%n 台设备保持当前版本</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) told to restart</source>
            <translation>
                <numerusform>已让 %n 台设备重启</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) told to show up</source>
            <translation>
                <numerusform>已让 %n 台设备表明位置</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s): no question any more</source>
            <translation>
                <numerusform>%n 台设备：不再询问</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s): you will be asked first</source>
            <translation>
                <numerusform>%n 台设备：更新前会先问您</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n row(s) copied</source>
            <translation>
                <numerusform>已复制 %n 行</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n row(s) written to {file}</source>
            <translation>
                <numerusform>已将 %n 行写入 {file}</numerusform>
            </translation>
        </message>
        <message>
            <source>Asking their makers</source>
            <translation>正在向厂商查询</translation>
        </message>
        <message numerus="yes">
            <source>For %n device(s).</source>
            <translation>
                <numerusform>用于 %n 台设备。</numerusform>
            </translation>
        </message>
        <message>
            <source>Forgetting</source>
            <translation>正在移除</translation>
        </message>
        <message>
            <source>Leave it empty to go back to the device's own name.</source>
            <translation>留空则恢复设备自己的名称。</translation>
        </message>
        <message>
            <source>Locating</source>
            <translation>正在定位</translation>
        </message>
        <message>
            <source>Marking</source>
            <translation>正在标记</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>Renaming</source>
            <translation>正在重命名</translation>
        </message>
        <message>
            <source>Restart</source>
            <translation>重启</translation>
        </message>
        <message numerus="yes">
            <source>Restart %n device(s)?</source>
            <translation>
                <numerusform>重启 %n 台设备？</numerusform>
            </translation>
        </message>
        <message>
            <source>Restarting</source>
            <translation>正在重启</translation>
        </message>
        <message>
            <source>Room</source>
            <translation>房间</translation>
        </message>
        <message numerus="yes">
            <source>Room of %n device(s) set</source>
            <translation>
                <numerusform>已设置 %n 台设备的房间</numerusform>
            </translation>
        </message>
        <message>
            <source>Set room</source>
            <translation>设置房间</translation>
        </message>
        <message>
            <source>Setting tags</source>
            <translation>正在设置标签</translation>
        </message>
        <message>
            <source>Setting the room</source>
            <translation>正在设置房间</translation>
        </message>
        <message numerus="yes">
            <source>Skipped on %n device(s)</source>
            <translation>
                <numerusform>已在 %n 台设备上跳过</numerusform>
            </translation>
        </message>
        <message>
            <source>Skipping</source>
            <translation>正在跳过</translation>
        </message>
        <message numerus="yes">
            <source>Tags of %n device(s) set</source>
            <translation>
                <numerusform>已设置 %n 台设备的标签</numerusform>
            </translation>
        </message>
        <message>
            <source>Wait until this is done: {what}</source>
            <translation>请等待完成：{what}</translation>
        </message>
        <message>
            <source>What could not be done, and why</source>
            <translation>未能完成的操作及原因</translation>
        </message>
        <message>
            <source>What they power or measure is away for some seconds.</source>
            <translation>它们供电或测量的内容会中断几秒钟。</translation>
        </message>
        <message>
            <source>as it says itself</source>
            <translation>它自己的名称</translation>
        </message>
        <message>
            <source>{was} is called {name} now</source>
            <translation>{was} 现在叫 {name}</translation>
        </message>
    </context>
    <context>
        <name>Detail</name>
        <message numerus="yes">
            <source>%n more value(s)</source>
            <translation>
                <numerusform>另有 %n 个值</numerusform>
            </translation>
        </message>
        <message>
            <source>433 MHz radio</source>
            <translation>433 MHz 无线</translation>
        </message>
        <message>
            <source>Access point</source>
            <translation>接入点</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>地址</translation>
        </message>
        <message>
            <source>Afterwards</source>
            <translation>更新之后</translation>
        </message>
        <message>
            <source>All messages</source>
            <translation>全部消息</translation>
        </message>
        <message>
            <source>Another…</source>
            <translation>其他…</translation>
        </message>
        <message>
            <source>Ask me before updating this device</source>
            <translation>更新此设备前先问我</translation>
        </message>
        <message>
            <source>Asked; it is looking…</source>
            <translation>已询问，设备正在查找…</translation>
        </message>
        <message>
            <source>Battery</source>
            <translation>电量</translation>
        </message>
        <message>
            <source>Behind it</source>
            <translation>再上一级</translation>
        </message>
        <message>
            <source>Blue</source>
            <translation>蓝色</translation>
        </message>
        <message>
            <source>Bluetooth</source>
            <translation>蓝牙</translation>
        </message>
        <message>
            <source>Broker</source>
            <translation>消息代理</translation>
        </message>
        <message>
            <source>Cancel the update</source>
            <translation>取消更新</translation>
        </message>
        <message>
            <source>Choose a device to see what it runs.</source>
            <translation>选择一台设备，查看其运行的版本。</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Colour</source>
            <translation>颜色</translation>
        </message>
        <message>
            <source>Copy the chosen messages</source>
            <translation>复制所选的消息</translation>
        </message>
        <message>
            <source>Copy {name}</source>
            <translation>复制{name}</translation>
        </message>
        <message>
            <source>Details</source>
            <translation>详情</translation>
        </message>
        <message>
            <source>Ethernet cable</source>
            <translation>以太网线</translation>
        </message>
        <message>
            <source>Fewer values</source>
            <translation>收起</translation>
        </message>
        <message>
            <source>Gateway</source>
            <translation>网关</translation>
        </message>
        <message>
            <source>Go back to {before}</source>
            <translation>退回 {before}</translation>
        </message>
        <message>
            <source>Green</source>
            <translation>绿色</translation>
        </message>
        <message>
            <source>Hardware</source>
            <translation>硬件</translation>
        </message>
        <message>
            <source>History</source>
            <translation>历史</translation>
        </message>
        <message>
            <source>If it fails</source>
            <translation>如果失败</translation>
        </message>
        <message>
            <source>In other homes: no numbers yet.</source>
            <translation>其他家庭：还没有数据。</translation>
        </message>
        <message>
            <source>In other homes: {good} confirmed, {bad} refused, {lost} lost.</source>
            <translation>其他家庭：{good} 台已确认，{bad} 台拒绝，{lost} 台失联。</translation>
        </message>
        <message>
            <source>Installed</source>
            <translation>当前版本</translation>
        </message>
        <message>
            <source>It checks</source>
            <translation>它会核对</translation>
        </message>
        <message>
            <source>It has answered.</source>
            <translation>设备已回答。</translation>
        </message>
        <message>
            <source>It has said nothing of another version.</source>
            <translation>设备没有提到别的版本。</translation>
        </message>
        <message>
            <source>It is asleep: it may hear this only when it wakes.</source>
            <translation>设备正在休眠，醒来后才可能收到。</translation>
        </message>
        <message>
            <source>It is offline: it will hardly hear this.</source>
            <translation>设备离线，多半收不到。</translation>
        </message>
        <message>
            <source>Its maker offers {version}. The device would install it itself: not verified by us.</source>
            <translation>厂商提供了 {version}，将由设备自行安装，未经我们验证。</translation>
        </message>
        <message>
            <source>Its names and numbers</source>
            <translation>标识与编号</translation>
        </message>
        <message>
            <source>Its notes</source>
            <translation>它的说明</translation>
        </message>
        <message>
            <source>Its word</source>
            <translation>版本声明</translation>
        </message>
        <message>
            <source>Known: {title}</source>
            <translation>已知问题：{title}</translation>
        </message>
        <message>
            <source>Leave it empty to go back to what the device says itself.</source>
            <translation>留空则恢复为设备自己所说的房间。</translation>
        </message>
        <message>
            <source>Let it install {offer}</source>
            <translation>让它安装 {offer}</translation>
        </message>
        <message>
            <source>LoRa</source>
            <translation>LoRa</translation>
        </message>
        <message>
            <source>Lock</source>
            <translation>上锁</translation>
        </message>
        <message>
            <source>Look for its maker's update</source>
            <translation>查找其厂商的更新</translation>
        </message>
        <message>
            <source>MAC address</source>
            <translation>MAC 地址</translation>
        </message>
        <message>
            <source>Maker</source>
            <translation>厂商</translation>
        </message>
        <message>
            <source>Messages</source>
            <translation>消息</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>型号</translation>
        </message>
        <message>
            <source>No update of it has been tried here yet.</source>
            <translation>这里还没有为它做过更新。</translation>
        </message>
        <message>
            <source>Now</source>
            <translation>现在</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>打开</translation>
        </message>
        <message>
            <source>Open its web page</source>
            <translation>打开它的网页</translation>
        </message>
        <message>
            <source>Orange</source>
            <translation>橙色</translation>
        </message>
        <message>
            <source>Overview</source>
            <translation>概览</translation>
        </message>
        <message>
            <source>Pink</source>
            <translation>粉色</translation>
        </message>
        <message>
            <source>Press</source>
            <translation>按一下</translation>
        </message>
        <message>
            <source>Press {name}</source>
            <translation>按一下{name}</translation>
        </message>
        <message>
            <source>Radio</source>
            <translation>无线</translation>
        </message>
        <message>
            <source>Red</source>
            <translation>红色</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>Rename {device}</source>
            <translation>重命名 {device}</translation>
        </message>
        <message>
            <source>Report a problem</source>
            <translation>报告问题</translation>
        </message>
        <message>
            <source>Restarts</source>
            <translation>重启</translation>
        </message>
        <message>
            <source>Room</source>
            <translation>房间</translation>
        </message>
        <message>
            <source>Room of {device}</source>
            <translation>{device}的房间</translation>
        </message>
        <message>
            <source>Room of {device} set</source>
            <translation>已设置{device}的房间</translation>
        </message>
        <message>
            <source>Set</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>Set room</source>
            <translation>设置房间</translation>
        </message>
        <message>
            <source>Set tags</source>
            <translation>设置标签</translation>
        </message>
        <message>
            <source>Set {name}</source>
            <translation>设置{name}</translation>
        </message>
        <message>
            <source>Show {device}</source>
            <translation>显示{device}</translation>
        </message>
        <message>
            <source>Signal</source>
            <translation>信号</translation>
        </message>
        <message>
            <source>Signatures and their dates</source>
            <translation>核对签名及其日期</translation>
        </message>
        <message>
            <source>Signatures, but without a clock not how old they are</source>
            <translation>核对签名，但没有时钟，无法判断签名有多旧</translation>
        </message>
        <message>
            <source>Signed by itself</source>
            <translation>由设备自己签名</translation>
        </message>
        <message>
            <source>Signed by itself; it has refused a forged update</source>
            <translation>由设备自己签名；它曾拒绝一次伪造的更新</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>Skip this version</source>
            <translation>跳过此版本</translation>
        </message>
        <message>
            <source>Speaks</source>
            <translation>协议</translation>
        </message>
        <message>
            <source>Stay on this version</source>
            <translation>固定在这个版本</translation>
        </message>
        <message>
            <source>Stay on {was}</source>
            <translation>留在 {was}</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Tags</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Tags of {device}</source>
            <translation>{device}的标签</translation>
        </message>
        <message>
            <source>Tags of {device} set</source>
            <translation>已设置{device}的标签</translation>
        </message>
        <message>
            <source>The whole record</source>
            <translation>全部记录</translation>
        </message>
        <message>
            <source>There is no connection to its broker just now.</source>
            <translation>目前没有连接到它的消息代理。</translation>
        </message>
        <message>
            <source>This broker is only listened to: nothing is sent there.</source>
            <translation>对这个消息代理只监听，不发送任何内容。</translation>
        </message>
        <message>
            <source>This device is not there any more.</source>
            <translation>这个设备已经不在了。</translation>
        </message>
        <message>
            <source>This one may go first</source>
            <translation>这台可以先更新</translation>
        </message>
        <message>
            <source>This week</source>
            <translation>本周版本</translation>
        </message>
        <message>
            <source>Thread</source>
            <translation>Thread</translation>
        </message>
        <message>
            <source>Through</source>
            <translation>经由</translation>
        </message>
        <message>
            <source>Try {version} again</source>
            <translation>重试 {version}</translation>
        </message>
        <message>
            <source>Turquoise</source>
            <translation>青绿色</translation>
        </message>
        <message>
            <source>Unlock</source>
            <translation>开锁</translation>
        </message>
        <message>
            <source>Unlock {device}?</source>
            <translation>要为{device}开锁吗？</translation>
        </message>
        <message>
            <source>Unlock…</source>
            <translation>开锁…</translation>
        </message>
        <message>
            <source>Until then: {workaround}</source>
            <translation>在此之前：{workaround}</translation>
        </message>
        <message>
            <source>Update to {version}</source>
            <translation>更新到 {version}</translation>
        </message>
        <message>
            <source>Update to {version} now</source>
            <translation>现在更新到 {version}</translation>
        </message>
        <message>
            <source>Updates of this device</source>
            <translation>这个设备的更新</translation>
        </message>
        <message>
            <source>Version</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>Violet</source>
            <translation>紫色</translation>
        </message>
        <message>
            <source>What is new in {week}</source>
            <translation>{week}更新内容</translation>
        </message>
        <message>
            <source>Where it stands</source>
            <translation>位置与连接</translation>
        </message>
        <message>
            <source>White</source>
            <translation>白色</translation>
        </message>
        <message>
            <source>Who signed it</source>
            <translation>谁签了名</translation>
        </message>
        <message>
            <source>Whoever stands before it can then come in.</source>
            <translation>站在门前的人届时都可以进来。</translation>
        </message>
        <message>
            <source>Wi-Fi</source>
            <translation>Wi-Fi</translation>
        </message>
        <message>
            <source>Words of your own, with commas between them.</source>
            <translation>您自己的词，用逗号分开。</translation>
        </message>
        <message>
            <source>Yellow</source>
            <translation>黄色</translation>
        </message>
        <message>
            <source>You skip</source>
            <translation>您跳过了</translation>
        </message>
        <message>
            <source>Zigbee</source>
            <translation>Zigbee</translation>
        </message>
        <message>
            <source>Zigbee address</source>
            <translation>Zigbee 地址</translation>
        </message>
        <message>
            <source>asked for {value}, but it says {word}</source>
            <translation>已要求{value}，但设备说{word}</translation>
        </message>
        <message>
            <source>asked for {value}, no answer yet</source>
            <translation>已要求{value}，尚无回答</translation>
        </message>
        <message>
            <source>asked…</source>
            <translation>已发出…</translation>
        </message>
        <message>
            <source>closed</source>
            <translation>已关</translation>
        </message>
        <message>
            <source>closing</source>
            <translation>正在关闭</translation>
        </message>
        <message>
            <source>fair</source>
            <translation>一般</translation>
        </message>
        <message>
            <source>goes back by itself</source>
            <translation>会自动退回</translation>
        </message>
        <message>
            <source>good</source>
            <translation>良好</translation>
        </message>
        <message>
            <source>heard {span}</source>
            <translation>上次收到：{span}</translation>
        </message>
        <message>
            <source>not said yet</source>
            <translation>尚未上报</translation>
        </message>
        <message>
            <source>open</source>
            <translation>已开</translation>
        </message>
        <message>
            <source>opening</source>
            <translation>正在打开</translation>
        </message>
        <message>
            <source>stopped</source>
            <translation>已停</translation>
        </message>
        <message>
            <source>weak</source>
            <translation>较弱</translation>
        </message>
        <message>
            <source>yes: away for {span} at most</source>
            <translation>会，最多离线 {span}</translation>
        </message>
        <message>
            <source>{value} of {most}</source>
            <translation>{value}（满值 {most}）</translation>
        </message>
        <message>
            <source>{value}: asked…</source>
            <translation>已要求{value}…</translation>
        </message>
    </context>
    <context>
        <name>Devices</name>
        <message numerus="yes">
            <source>%n update(s) asked for</source>
            <translation>
                <numerusform>已请求 %n 项更新</numerusform>
            </translation>
        </message>
        <message>
            <source>Address</source>
            <translation>地址</translation>
        </message>
        <message>
            <source>All</source>
            <translation>全部</translation>
        </message>
        <message>
            <source>As it was at first</source>
            <translation>恢复默认</translation>
        </message>
        <message>
            <source>Back to the list</source>
            <translation>返回列表</translation>
        </message>
        <message>
            <source>Battery</source>
            <translation>电量</translation>
        </message>
        <message>
            <source>Choose a device to see what it runs.</source>
            <translation>选择一台设备，查看其运行的版本。</translation>
        </message>
        <message>
            <source>Columns</source>
            <translation>列</translation>
        </message>
        <message>
            <source>Connected to {address}; listening for Home Assistant discovery, Zigbee2MQTT, Tasmota, Shelly, ESPHome, Homie and others. Most devices speak within five minutes; wake a sleeping one by pressing its button.</source>
            <translation>已连接到 {address}；正在监听 Home Assistant 自动发现、Zigbee2MQTT、Tasmota、Shelly、ESPHome、Homie 等。大多数设备会在五分钟内上报；按一下按钮可以唤醒休眠的设备。</translation>
        </message>
        <message>
            <source>Devices</source>
            <translation>设备</translation>
        </message>
        <message>
            <source>Devices appear as soon as the house reaches its broker: see Settings.</source>
            <translation>连接到消息代理后，设备会自动出现：请查看“设置”。</translation>
        </message>
        <message>
            <source>Devices speak to a broker: find yours, or make one here.</source>
            <translation>设备通过消息代理通信：找到您的消息代理，或在这里建立一个。</translation>
        </message>
        <message>
            <source>Dialect</source>
            <translation>方言</translation>
        </message>
        <message>
            <source>Find your house</source>
            <translation>找到您的家</translation>
        </message>
        <message>
            <source>Gateway</source>
            <translation>网关</translation>
        </message>
        <message>
            <source>Go back to {version}…</source>
            <translation>退回到 {version}…</translation>
        </message>
        <message>
            <source>It keeps the search, the chip, the columns and their order.</source>
            <translation>它会保存搜索、筛选、列及排序。</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>类型</translation>
        </message>
        <message>
            <source>Maker</source>
            <translation>厂商</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>型号</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>Name of the view</source>
            <translation>视图名称</translation>
        </message>
        <message>
            <source>Needs attention</source>
            <translation>需要处理</translation>
        </message>
        <message>
            <source>No broker yet</source>
            <translation>还没有消息代理</translation>
        </message>
        <message>
            <source>No device matches</source>
            <translation>没有符合条件的设备</translation>
        </message>
        <message>
            <source>No devices yet</source>
            <translation>还没有设备</translation>
        </message>
        <message>
            <source>Not connected to a broker</source>
            <translation>未连接到消息代理</translation>
        </message>
        <message>
            <source>Offline</source>
            <translation>离线</translation>
        </message>
        <message>
            <source>Open Settings</source>
            <translation>打开设置</translation>
        </message>
        <message>
            <source>Release ring</source>
            <translation>发布通道</translation>
        </message>
        <message>
            <source>Remove a view</source>
            <translation>删除视图</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>Rename a view</source>
            <translation>重命名视图</translation>
        </message>
        <message>
            <source>Rename the view</source>
            <translation>重命名视图</translation>
        </message>
        <message>
            <source>Room</source>
            <translation>房间</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>Save a view</source>
            <translation>保存视图</translation>
        </message>
        <message>
            <source>Save this view…</source>
            <translation>保存此视图…</translation>
        </message>
        <message numerus="yes">
            <source>Search %n device(s)</source>
            <translation>
                <numerusform>搜索 %n 台设备</numerusform>
            </translation>
        </message>
        <message>
            <source>Search devices</source>
            <translation>搜索设备</translation>
        </message>
        <message>
            <source>Seen</source>
            <translation>最近上报</translation>
        </message>
        <message>
            <source>Show all devices</source>
            <translation>显示全部设备</translation>
        </message>
        <message>
            <source>Show all messages</source>
            <translation>显示全部消息</translation>
        </message>
        <message>
            <source>Signal</source>
            <translation>信号</translation>
        </message>
        <message>
            <source>State</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>Tags</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Take a word out of the search, or choose “All”.</source>
            <translation>请减少搜索词，或选择“全部”。</translation>
        </message>
        <message>
            <source>The demo house could not be opened.</source>
            <translation>无法打开演示之家。</translation>
        </message>
        <message>
            <source>The demo house opens in a window of its own.</source>
            <translation>演示之家将在单独的窗口中打开。</translation>
        </message>
        <message>
            <source>Try the demo house</source>
            <translation>试用演示之家</translation>
        </message>
        <message numerus="yes">
            <source>Update %n selected</source>
            <translation>
                <numerusform>更新所选 %n 台</numerusform>
            </translation>
        </message>
        <message>
            <source>Update ready</source>
            <translation>可更新</translation>
        </message>
        <message>
            <source>Update selected</source>
            <translation>更新所选设备</translation>
        </message>
        <message>
            <source>Update to</source>
            <translation>更新到</translation>
        </message>
        <message>
            <source>Update {able} of {chosen} selected</source>
            <translation>更新所选 {chosen} 台中的 {able} 台</translation>
        </message>
        <message>
            <source>Version</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>View “{name}” removed</source>
            <translation>已删除视图“{name}”</translation>
        </message>
        <message>
            <source>View “{name}” saved</source>
            <translation>已保存视图“{name}”</translation>
        </message>
        <message>
            <source>View “{was}” is called “{name}” now</source>
            <translation>视图“{was}”现在叫“{name}”</translation>
        </message>
        <message>
            <source>Views</source>
            <translation>视图</translation>
        </message>
        <message>
            <source>Views and columns</source>
            <translation>视图和列</translation>
        </message>
        <message>
            <source>Words to search by</source>
            <translation>搜索词</translation>
        </message>
        <message>
            <source>Words, or is:offline, has:update, room:hall, battery&lt;20, -tag:x</source>
            <translation>搜索词，或 is:offline、has:update、room:客厅、battery&lt;20、-tag:x</translation>
        </message>
        <message>
            <source>seen {ago}</source>
            <translation>{ago}上报</translation>
        </message>
        <message>
            <source>{version} is skipped</source>
            <translation>已跳过 {version}</translation>
        </message>
        <message>
            <source>{version} to {target}</source>
            <translation>{version} 到 {target}</translation>
        </message>
        <message>
            <source>“{word}” is not known. Possible: {possible}</source>
            <translation>不认识“{word}”。可用：{possible}</translation>
        </message>
        <message>
            <source>“{word}” is not known. Try {possible}</source>
            <translation>不认识“{word}”。可试：{possible}</translation>
        </message>
        <message>
            <source>“{word}” needs a number, as in battery&lt;20</source>
            <translation>“{word}”需要一个数字，例如 battery&lt;20</translation>
        </message>
        <message>
            <source>“{word}” needs a span, as in seen&gt;10m, 2h, 3d</source>
            <translation>“{word}”需要时间长度，例如 seen&gt;10m、2h、3d</translation>
        </message>
    </context>
    <context>
        <name>Dropped</name>
        <message numerus="yes">
            <source>%n device(s)</source>
            <translation>
                <numerusform>%n 台设备</numerusform>
            </translation>
        </message>
        <message>
            <source>A link into this window</source>
            <translation>指向此窗口的链接</translation>
        </message>
        <message>
            <source>A maker's link</source>
            <translation>厂商链接</translation>
        </message>
        <message>
            <source>A text or a picture</source>
            <translation>文本或图片</translation>
        </message>
        <message>
            <source>A week as a file</source>
            <translation>一周发布的文件包</translation>
        </message>
        <message>
            <source>A whole house as one file</source>
            <translation>存成一个文件的家</translation>
        </message>
        <message>
            <source>About {name}</source>
            <translation>关于 {name}</translation>
        </message>
        <message>
            <source>Add this maker…</source>
            <translation>添加此厂商…</translation>
        </message>
        <message>
            <source>Add to the open week…</source>
            <translation>加入进行中的一周…</translation>
        </message>
        <message>
            <source>All signatures are checked first. Only if they hold is it taken; nothing is installed by that.</source>
            <translation>首先校验全部签名，通过后才会接收；这不会安装任何内容。</translation>
        </message>
        <message>
            <source>An open week of release staff</source>
            <translation>发布人员进行中的一周</translation>
        </message>
        <message>
            <source>Attach it to a report…</source>
            <translation>附到报告…</translation>
        </message>
        <message>
            <source>Check it and take it</source>
            <translation>校验并接收</translation>
        </message>
        <message>
            <source>Drop firmware, a week as a file, a maker's link, a hub's receipt, or a text or picture for a report.</source>
            <translation>可拖放固件、一周发布的文件包、厂商链接、反馈服务器回执，或用于报告的文本和图片。</translation>
        </message>
        <message>
            <source>Drop it here</source>
            <translation>拖放到这里</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>Firmware</source>
            <translation>固件</translation>
        </message>
        <message>
            <source>Firmware files</source>
            <translation>固件文件</translation>
        </message>
        <message>
            <source>Firmware, a week as a file, a maker's link, a hub's receipt</source>
            <translation>固件、一周发布的文件包、厂商链接、反馈服务器回执</translation>
        </message>
        <message>
            <source>Format</source>
            <translation>格式</translation>
        </message>
        <message>
            <source>Hardware</source>
            <translation>硬件</translation>
        </message>
        <message>
            <source>Here it is for</source>
            <translation>适用于</translation>
        </message>
        <message>
            <source>It can go along with a report; it is redacted before it is kept.</source>
            <translation>可随报告发送；保存前会先隐去隐私。</translation>
        </message>
        <message>
            <source>It is for release staff, and nobody here is.</source>
            <translation>这是发布人员用的文件，而这里没有发布人员。</translation>
        </message>
        <message>
            <source>It is taken into your release folder.</source>
            <translation>将接收到您的发布文件夹中。</translation>
        </message>
        <message>
            <source>It leads to a place in this house.</source>
            <translation>它指向此家庭中的一个位置。</translation>
        </message>
        <message>
            <source>Its weeks are believed by the fingerprint in it: take it only from the maker's page or its box.</source>
            <translation>将凭其中的指纹信任其发布：请只使用厂商网页或包装盒上的链接。</translation>
        </message>
        <message>
            <source>Link</source>
            <translation>链接</translation>
        </message>
        <message>
            <source>Look into it…</source>
            <translation>查看内容…</translation>
        </message>
        <message>
            <source>Looking at {name}</source>
            <translation>正在查看 {name}</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>型号</translation>
        </message>
        <message>
            <source>No week is open: open one first.</source>
            <translation>没有进行中的一周：请先打开一个。</translation>
        </message>
        <message>
            <source>Nothing is installed from here: what runs on devices comes from a signed week.</source>
            <translation>不会从这里安装任何内容：设备只运行来自已签名发布的固件。</translation>
        </message>
        <message>
            <source>One at a time: the first of them is looked at.</source>
            <translation>一次只能处理一个：正在查看第一个文件。</translation>
        </message>
        <message>
            <source>Orangery does not know this file</source>
            <translation>Orangery 不认识此文件</translation>
        </message>
        <message>
            <source>Problems</source>
            <translation>问题</translation>
        </message>
        <message>
            <source>Report a problem with it…</source>
            <translation>报告此文件的问题…</translation>
        </message>
        <message>
            <source>Reports to be carried to the hub</source>
            <translation>待人工送交反馈服务器的报告</translation>
        </message>
        <message>
            <source>SHA-256</source>
            <translation>SHA-256</translation>
        </message>
        <message>
            <source>Show it</source>
            <translation>前往</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>Such a file is for the hub: give it to its staff, and drop here the receipt that they give you.</source>
            <translation>此文件用于反馈服务器：请交给其工作人员，并将他们给您的回执拖放到这里。</translation>
        </message>
        <message>
            <source>Take it in…</source>
            <translation>接收…</translation>
        </message>
        <message>
            <source>Take the receipt</source>
            <translation>接收回执</translation>
        </message>
        <message>
            <source>The hub's receipt</source>
            <translation>反馈服务器的回执</translation>
        </message>
        <message>
            <source>This house is at no hub, so nothing of it waits there.</source>
            <translation>此家庭未加入反馈服务器，因此没有等待的内容。</translation>
        </message>
        <message>
            <source>Vendor</source>
            <translation>厂商</translation>
        </message>
        <message>
            <source>Version</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>Week</source>
            <translation>周</translation>
        </message>
        <message>
            <source>What it says the hub has waits here no more.</source>
            <translation>回执确认已收到的内容将不再在此等待。</translation>
        </message>
        <message>
            <source>Whose week it is</source>
            <translation>属于哪个厂商</translation>
        </message>
        <message>
            <source>You see what is in it before anything is taken.</source>
            <translation>先显示里面的内容，再决定是否使用。</translation>
        </message>
        <message>
            <source>no device of this house</source>
            <translation>此家庭中没有适用的设备</translation>
        </message>
        <message>
            <source>perhaps {devices}: the file names no model, nothing speaks against it</source>
            <translation>可能是 {devices}：文件未注明型号，也没有不符之处</translation>
        </message>
        <message>
            <source>{week} holds and is taken.</source>
            <translation>{week}已通过校验并接收。</translation>
        </message>
    </context>
    <context>
        <name>Export</name>
        <message numerus="yes">
            <source>%n chosen</source>
            <translation>
                <numerusform>已选 %n 行</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n shown</source>
            <translation>
                <numerusform>显示的 %n 行</numerusform>
            </translation>
        </message>
        <message>
            <source>As</source>
            <translation>格式</translation>
        </message>
        <message>
            <source>CSV, for spreadsheets</source>
            <translation>CSV，用于电子表格</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>选择…</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>导出</translation>
        </message>
        <message>
            <source>Export devices</source>
            <translation>导出设备</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>JSON, for programs</source>
            <translation>JSON，用于程序</translation>
        </message>
        <message>
            <source>Text, with tabs</source>
            <translation>文本，以制表符分隔</translation>
        </message>
        <message>
            <source>The columns are those that the table shows.</source>
            <translation>列与表格显示的相同。</translation>
        </message>
        <message>
            <source>Which</source>
            <translation>范围</translation>
        </message>
    </context>
    <context>
        <name>Family</name>
        <message numerus="yes">
            <source>%n device(s) get(s) a new version now: leave it on, please.</source>
            <translation>
                <numerusform>%n 台设备正在更新，请不要断电。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n has/have not spoken yet.</source>
            <translation>
                <numerusform>%n 台还没有消息。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n thing(s) want(s) a hand.</source>
            <translation>
                <numerusform>有 %n 处需要帮忙。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>All is well. %n device(s) can be reached,</source>
            <translation>
                <numerusform>一切正常。%n 台设备能联系上，</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>All is well. %n devices, all can be reached.</source>
            <translation>
                <numerusform>一切正常。%n 台设备都能联系上。</numerusform>
            </translation>
        </message>
        <message>
            <source>All is well. The one device can be reached.</source>
            <translation>一切正常。唯一的设备能联系上。</translation>
        </message>
        <message>
            <source>New versions come on {day}.</source>
            <translation>新版本将在{day}到来。</translation>
        </message>
        <message>
            <source>No device has spoken yet.</source>
            <translation>还没有设备发来消息。</translation>
        </message>
        <message>
            <source>Nothing can be heard of the home right now.</source>
            <translation>现在收不到家里的消息。</translation>
        </message>
        <message>
            <source>The broker at {address} is not known as this home's.</source>
            <translation>无法确认 {address} 的消息代理属于这个家。</translation>
        </message>
        <message>
            <source>The connection is gone. The devices go on by themselves.</source>
            <translation>连接断了。设备自己仍会照常工作。</translation>
        </message>
        <message>
            <source>This home is not connected to anything yet.</source>
            <translation>这个家还没有连接到任何地方。</translation>
        </message>
        <message>
            <source>Whoever helps you finds the way under “Everything”.</source>
            <translation>请帮助您的人在“全部”里完成设置。</translation>
        </message>
        <message numerus="yes">
            <source>and %n more</source>
            <translation>
                <numerusform>还有 %n 处</numerusform>
            </translation>
        </message>
        <message>
            <source>battery nearly empty ({percent} %)</source>
            <translation>电池快没电了（{percent}%）</translation>
        </message>
        <message>
            <source>cannot be reached</source>
            <translation>联系不上</translation>
        </message>
        <message>
            <source>cannot be reached since {when}</source>
            <translation>从 {when} 起联系不上</translation>
        </message>
        <message>
            <source>its update did not work</source>
            <translation>更新没有成功</translation>
        </message>
        <message>
            <source>its update stopped</source>
            <translation>更新停下了</translation>
        </message>
        <message>
            <source>{device}: {why}</source>
            <translation>{device}：{why}</translation>
        </message>
    </context>
    <context>
        <name>Health</name>
        <message>
            <source>Broker, rights, clock, disk, keyring, makers, hub, ports, databases: all that this house needs is looked at. Nothing is changed by that.</source>
            <translation>检查消息代理、权限、时钟、磁盘、密钥环、厂商、反馈服务器、端口和数据库等这个家所需的一切。不会改动任何内容。</translation>
        </message>
        <message>
            <source>Copied</source>
            <translation>已复制</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Health</source>
            <translation>健康检查</translation>
        </message>
        <message>
            <source>Look again</source>
            <translation>重新检查</translation>
        </message>
        <message>
            <source>Looked at {done} of {all}…</source>
            <translation>已检查 {done} / {all} 项…</translation>
        </message>
        <message>
            <source>Save for support…</source>
            <translation>保存给支持人员…</translation>
        </message>
        <message>
            <source>There is nothing to look at in a demo.</source>
            <translation>演示中没有可检查的内容。</translation>
        </message>
        <message>
            <source>{name}: {how}</source>
            <translation>{name}：{how}</translation>
        </message>
    </context>
    <context>
        <name>History</name>
        <message numerus="yes">
            <source>%n step(s)</source>
            <translation>
                <numerusform>%n 步</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n step(s) exported</source>
            <translation>
                <numerusform>已导出 %n 步</numerusform>
            </translation>
        </message>
        <message>
            <source>All updates of this home</source>
            <translation>这个家的全部更新</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Columns</source>
            <translation>列</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Device</source>
            <translation>设备</translation>
        </message>
        <message>
            <source>Export as CSV</source>
            <translation>导出为 CSV</translation>
        </message>
        <message>
            <source>Export as CSV…</source>
            <translation>导出为 CSV…</translation>
        </message>
        <message>
            <source>Search: a device, a version, a word</source>
            <translation>搜索：设备、版本或词语</translation>
        </message>
        <message numerus="yes">
            <source>The record is whole: %n step(s), each names the one before.</source>
            <translation>
                <numerusform>记录完整：共 %n 步，每一步都与前一步相连。</numerusform>
            </translation>
        </message>
        <message>
            <source>The record was changed from outside at step {number}: what stands from there on is not to be relied on.</source>
            <translation>记录在第 {number} 步被外部改动过：从那里起的内容不可信。</translation>
        </message>
        <message>
            <source>Updates of {device}</source>
            <translation>“{device}”的更新记录</translation>
        </message>
        <message>
            <source>Versions</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>What</source>
            <translation>事件</translation>
        </message>
        <message>
            <source>When</source>
            <translation>时间</translation>
        </message>
        <message>
            <source>Why</source>
            <translation>原因</translation>
        </message>
    </context>
    <context>
        <name>Home</name>
        <message numerus="yes">
            <source>%n other computer(s) of this home share(s) too.</source>
            <translation>
                <numerusform>家里还有 %n 台电脑也在共享。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n wait(s) to be sent.</source>
            <translation>
                <numerusform>还有 %n 条等待发送。</numerusform>
            </translation>
        </message>
        <message>
            <source>A file is fetched once for the home: only what makers publish, only in its own network, verified again on arrival.</source>
            <translation>一个文件全家只下载一次：只共享厂商公开发布的内容，只在家里的网络中，到达后再次验证。</translation>
        </message>
        <message>
            <source>A home is known by a mark at its broker. Away from it nothing is sent, and nothing heard there is believed.</source>
            <translation>家以其消息代理上的标记来识别。不在家时什么都不发送，听到的也不采信。</translation>
        </message>
        <message>
            <source>As before; messages and log are chosen beforehand in your reports.</source>
            <translation>同上；此外在您的反馈中预先勾选消息和日志。</translation>
        </message>
        <message>
            <source>As update entities that can be pressed there; the rules here are kept.</source>
            <translation>显示为可在那里点按的更新实体；仍遵守这里的规则。</translation>
        </message>
        <message>
            <source>Each morning at {topic}, for Home Assistant and whoever else listens there.</source>
            <translation>每天早晨发布到 {topic}，供 Home Assistant 等订阅者使用。</translation>
        </message>
        <message>
            <source>How each update went, under names that change every week.</source>
            <translation>每次更新的结果，使用每周更换的化名。</translation>
        </message>
        <message>
            <source>How each update went, with the device under the name of your reports.</source>
            <translation>每次更新的结果，设备使用您反馈中的名称。</translation>
        </message>
        <message>
            <source>How updates went</source>
            <translation>更新结果</translation>
        </message>
        <message>
            <source>How updates went, with my reports</source>
            <translation>更新结果，并与我的反馈关联</translation>
        </message>
        <message>
            <source>Logs with my reports too</source>
            <translation>反馈中也附上日志</translation>
        </message>
        <message>
            <source>Makers hear</source>
            <translation>告诉厂商</translation>
        </message>
        <message>
            <source>Messages of a device, unless you agreed to logs or ticked them yourself.</source>
            <translation>设备的消息，除非您同意提供日志或自己勾选。</translation>
        </message>
        <message>
            <source>Names of devices and rooms, of networks, addresses and places: replaced.</source>
            <translation>设备、房间和网络的名称、地址与地点：都会被替换。</translation>
        </message>
        <message>
            <source>Nothing</source>
            <translation>什么都不告诉</translation>
        </message>
        <message>
            <source>Nothing has been told yet. This is what one looks like.</source>
            <translation>还没有发送过。样子如下。</translation>
        </message>
        <message>
            <source>Passwords, keys and codes: replaced wherever they stand.</source>
            <translation>密码、密钥和代码：无论在哪里都会被替换。</translation>
        </message>
        <message>
            <source>Region</source>
            <translation>地区</translation>
        </message>
        <message>
            <source>See exactly what is sent</source>
            <translation>查看发送的确切内容</translation>
        </message>
        <message>
            <source>Share files with other computers of this home</source>
            <translation>与家里的其他电脑共享文件</translation>
        </message>
        <message>
            <source>Show this week's updates in Home Assistant</source>
            <translation>在 Home Assistant 中显示本周的更新</translation>
        </message>
        <message>
            <source>Tell over MQTT what became of the night</source>
            <translation>通过 MQTT 通报夜间结果</translation>
        </message>
        <message>
            <source>The makers hear nothing of your updates.</source>
            <translation>厂商不会知道您的更新情况。</translation>
        </message>
        <message>
            <source>The newest first, exactly as they are sent.</source>
            <translation>最新的在前，与发送的内容完全一致。</translation>
        </message>
        <message>
            <source>This home</source>
            <translation>这个家</translation>
        </message>
        <message>
            <source>Two letters, as DE or CN. Some firmware is for certain regions only; it stays here.</source>
            <translation>两个字母，例如 DE 或 CN。有些固件只适用于特定地区；此信息只留在本机。</translation>
        </message>
        <message>
            <source>What never leaves this home</source>
            <translation>绝不离开这个家的内容</translation>
        </message>
        <message>
            <source>What the makers hear</source>
            <translation>厂商能知道什么</translation>
        </message>
        <message>
            <source>What the makers hear of updates</source>
            <translation>厂商能知道的更新情况</translation>
        </message>
        <message>
            <source>What you did not tick: a report shows every byte before it is sent.</source>
            <translation>您没有勾选的内容：反馈在发送前会显示每一个字节。</translation>
        </message>
        <message>
            <source>Where this home is</source>
            <translation>这个家在哪里</translation>
        </message>
        <message>
            <source>asked whether it is home</source>
            <translation>正在询问是否是家</translation>
        </message>
        <message>
            <source>it has no mark of this home: wiped, replaced, or somebody else's</source>
            <translation>没有这个家的标记：被清空、被更换，或是别人的</translation>
        </message>
        <message>
            <source>it has the mark of another home</source>
            <translation>有另一个家的标记</translation>
        </message>
        <message>
            <source>not connected</source>
            <translation>未连接</translation>
        </message>
        <message>
            <source>this is home</source>
            <translation>这是家</translation>
        </message>
        <message>
            <source>this is home, known by its devices: the broker keeps no mark</source>
            <translation>这是家，由设备认出：消息代理没有保存标记</translation>
        </message>
        <message>
            <source>{address} is my home</source>
            <translation>{address} 是我的家</translation>
        </message>
    </context>
    <context>
        <name>Hours</name>
        <message>
            <source>Add hours</source>
            <translation>添加时段</translation>
        </message>
        <message>
            <source>At any time</source>
            <translation>任何时间</translation>
        </message>
        <message>
            <source>Remove hours {number}</source>
            <translation>删除时段 {number}</translation>
        </message>
        <message>
            <source>from</source>
            <translation>从</translation>
        </message>
        <message>
            <source>until</source>
            <translation>到</translation>
        </message>
    </context>
    <context>
        <name>Map</name>
        <message numerus="yes">
            <source>%n device(s)</source>
            <translation>
                <numerusform>%n 台设备</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n found</source>
            <translation>
                <numerusform>找到 %n 个</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n line(s) copied</source>
            <translation>
                <numerusform>已复制 %n 行</numerusform>
            </translation>
        </message>
        <message>
            <source>, </source>
            <translation>，</translation>
        </message>
        <message>
            <source>Arrange anew</source>
            <translation>重新排列</translation>
        </message>
        <message>
            <source>Behind an unknown gateway</source>
            <translation>位于未知网关之后</translation>
        </message>
        <message>
            <source>Broker {name}</source>
            <translation>消息代理 {name}</translation>
        </message>
        <message>
            <source>Choose a node to see how it is linked. Arrow keys walk.</source>
            <translation>选择一个节点，查看它与谁相连。可用方向键移动。</translation>
        </message>
        <message>
            <source>Chosen node</source>
            <translation>所选节点</translation>
        </message>
        <message>
            <source>Columns</source>
            <translation>列</translation>
        </message>
        <message>
            <source>Connected</source>
            <translation>已连接</translation>
        </message>
        <message>
            <source>Connecting</source>
            <translation>正在连接</translation>
        </message>
        <message>
            <source>Connection lost</source>
            <translation>连接中断</translation>
        </message>
        <message>
            <source>Copy as text</source>
            <translation>复制为文本</translation>
        </message>
        <message>
            <source>Drawn is what devices say by themselves. Zigbee2MQTT tells its whole mesh only when it is asked, which burdens the network for minutes, so it is not asked.</source>
            <translation>图中只画设备自己说出的内容。Zigbee2MQTT 只有被询问时才给出整个网状结构，而这会让网络忙上几分钟，因此不去询问。</translation>
        </message>
        <message>
            <source>Enter goes to the next, Shift+Enter back</source>
            <translation>回车到下一个，Shift+回车返回上一个</translation>
        </message>
        <message>
            <source>Farther away</source>
            <translation>缩小</translation>
        </message>
        <message>
            <source>Fold</source>
            <translation>折叠</translation>
        </message>
        <message>
            <source>Fold all</source>
            <translation>全部折叠</translation>
        </message>
        <message>
            <source>Graph</source>
            <translation>图</translation>
        </message>
        <message>
            <source>Graph of the house</source>
            <translation>全屋关系图</translation>
        </message>
        <message>
            <source>House</source>
            <translation>家</translation>
        </message>
        <message>
            <source>Linked with</source>
            <translation>相连</translation>
        </message>
        <message>
            <source>Map</source>
            <translation>拓扑</translation>
        </message>
        <message>
            <source>Nearer</source>
            <translation>放大</translation>
        </message>
        <message>
            <source>No devices yet. Each stands here once it has spoken.</source>
            <translation>还没有设备。设备说过话后就会出现在这里。</translation>
        </message>
        <message>
            <source>No room</source>
            <translation>未分房间</translation>
        </message>
        <message>
            <source>Not connected</source>
            <translation>未连接</translation>
        </message>
        <message>
            <source>Nothing chosen</source>
            <translation>未选择</translation>
        </message>
        <message>
            <source>Pictures (*.svg *.png)</source>
            <translation>图片 (*.svg *.png)</translation>
        </message>
        <message>
            <source>Place</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>Refused</source>
            <translation>被拒绝</translation>
        </message>
        <message>
            <source>Save picture</source>
            <translation>保存图片</translation>
        </message>
        <message>
            <source>Save picture…</source>
            <translation>保存图片…</translation>
        </message>
        <message>
            <source>Search the map</source>
            <translation>在拓扑中搜索</translation>
        </message>
        <message>
            <source>Show all of it</source>
            <translation>显示全部</translation>
        </message>
        <message>
            <source>Show device</source>
            <translation>显示设备</translation>
        </message>
        <message>
            <source>Signal</source>
            <translation>信号</translation>
        </message>
        <message>
            <source>State</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>The picture could not be written to {file}</source>
            <translation>无法把图片写入 {file}</translation>
        </message>
        <message>
            <source>The picture is in {file}</source>
            <translation>图片已保存到 {file}</translation>
        </message>
        <message>
            <source>Tree</source>
            <translation>树</translation>
        </message>
        <message>
            <source>Tree of the house</source>
            <translation>全屋树</translation>
        </message>
        <message>
            <source>Unfold</source>
            <translation>展开</translation>
        </message>
        <message>
            <source>Unfold all</source>
            <translation>全部展开</translation>
        </message>
        <message>
            <source>Unknown dialect</source>
            <translation>未知协议</translation>
        </message>
        <message>
            <source>Version</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>Weak links</source>
            <translation>弱信号</translation>
        </message>
        <message>
            <source>Wi-Fi and cable</source>
            <translation>Wi-Fi 与有线</translation>
        </message>
        <message>
            <source>above it</source>
            <translation>上级</translation>
        </message>
        <message numerus="yes">
            <source>and %n more</source>
            <translation>
                <numerusform>还有 %n 个</numerusform>
            </translation>
        </message>
        <message>
            <source>behind it</source>
            <translation>下级</translation>
        </message>
        <message>
            <source>it speaks through</source>
            <translation>经由它通信</translation>
        </message>
        <message>
            <source>their gateway has not spoken yet</source>
            <translation>其网关尚未发言</translation>
        </message>
        <message>
            <source>through {name}</source>
            <translation>经由 {name}</translation>
        </message>
        <message>
            <source>{at} of {count} found</source>
            <translation>第 {at} 个，共找到 {count} 个</translation>
        </message>
        <message>
            <source>{bars} of 4 bars</source>
            <translation>4 格中的 {bars} 格</translation>
        </message>
        <message>
            <source>{count} asleep</source>
            <translation>{count} 台休眠</translation>
        </message>
        <message>
            <source>{count} offline</source>
            <translation>{count} 台离线</translation>
        </message>
    </context>
    <context>
        <name>Members</name>
        <message numerus="yes">
            <source>%n day(s)</source>
            <translation>
                <numerusform>%n 天</numerusform>
            </translation>
        </message>
        <message>
            <source>A PIN can be set now, or by themselves later.</source>
            <translation>PIN 可以现在设置，也可以以后由本人设置。</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>添加</translation>
        </message>
        <message>
            <source>Add a member</source>
            <translation>添加成员</translation>
        </message>
        <message>
            <source>Add a member…</source>
            <translation>添加成员…</translation>
        </message>
        <message>
            <source>Add yourself, the owner</source>
            <translation>添加您自己（所有者）</translation>
        </message>
        <message>
            <source>Add yourself, the owner…</source>
            <translation>添加您自己（所有者）…</translation>
        </message>
        <message>
            <source>Admin</source>
            <translation>管理员</translation>
        </message>
        <message numerus="yes">
            <source>After %n minute(s)</source>
            <translation>
                <numerusform>%n 分钟后</numerusform>
            </translation>
        </message>
        <message>
            <source>An owner said no to a claim</source>
            <translation>一位所有者拒绝了继承请求</translation>
        </message>
        <message>
            <source>Ask who is here</source>
            <translation>询问现在是谁</translation>
        </message>
        <message>
            <source>Ask {who}.</source>
            <translation>请找：{who}。</translation>
        </message>
        <message>
            <source>Child</source>
            <translation>孩子</translation>
        </message>
        <message>
            <source>Claim this home</source>
            <translation>请求继承这个家</translation>
        </message>
        <message>
            <source>Days that a claim waits</source>
            <translation>继承请求等待的天数</translation>
        </message>
        <message>
            <source>Each gets a share on paper. Of two or three any two together open a copy of this home or claim it here; of one, that one alone. Shares given out before open nothing new.</source>
            <translation>每位继承人得到一份写在纸上的份额。两三位中任意两位合在一起，就能打开这个家的副本，或在这里请求继承；只有一位时，他一人即可。以前发出的份额打不开新的副本。</translation>
        </message>
        <message>
            <source>Elder</source>
            <translation>长辈</translation>
        </message>
        <message>
            <source>First share</source>
            <translation>第一份</translation>
        </message>
        <message>
            <source>From then on the window asks who is here. Without a PIN anybody at this computer can be the owner.</source>
            <translation>从此窗口会询问现在是谁。如果不设 PIN，用这台电脑的任何人都可以充当所有者。</translation>
        </message>
        <message>
            <source>Heir {number}</source>
            <translation>继承人 {number}</translation>
        </message>
        <message>
            <source>Heirs</source>
            <translation>继承人</translation>
        </message>
        <message>
            <source>Heirs can take this home over now</source>
            <translation>继承人现在就可以接管这个家</translation>
        </message>
        <message>
            <source>Heirs claim this home</source>
            <translation>继承人请求接管这个家</translation>
        </message>
        <message>
            <source>Heirs claim this home: it is theirs in {days}</source>
            <translation>继承人请求接管这个家：{days}后归他们</translation>
        </message>
        <message>
            <source>Here now</source>
            <translation>现在在这里</translation>
        </message>
        <message>
            <source>I am an heir…</source>
            <translation>我是继承人…</translation>
        </message>
        <message>
            <source>I am here: refuse it</source>
            <translation>我还在：拒绝</translation>
        </message>
        <message>
            <source>I am {name}</source>
            <translation>我是 {name}</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>Left empty there is none: whoever says the name is them.</source>
            <translation>留空则不设 PIN：谁报这个名字，谁就是他。</translation>
        </message>
        <message>
            <source>Looks, switches lights and plugs, reports problems.</source>
            <translation>可以查看、开关灯和插座、报告问题。</translation>
        </message>
        <message>
            <source>Make a copy for them…</source>
            <translation>为他们制作副本…</translation>
        </message>
        <message>
            <source>Make their shares</source>
            <translation>生成份额</translation>
        </message>
        <message>
            <source>May do everything but change owners, admins and heirs.</source>
            <translation>除更改所有者、管理员和继承人外，什么都可以做。</translation>
        </message>
        <message>
            <source>May do everything, and names heirs.</source>
            <translation>什么都可以做，并指定继承人。</translation>
        </message>
        <message>
            <source>Member</source>
            <translation>成员</translation>
        </message>
        <message>
            <source>Members of this home</source>
            <translation>这个家的成员</translation>
        </message>
        <message>
            <source>More</source>
            <translation>更多</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名字</translation>
        </message>
        <message>
            <source>Name heirs</source>
            <translation>指定继承人</translation>
        </message>
        <message>
            <source>Name heirs anew…</source>
            <translation>重新指定继承人…</translation>
        </message>
        <message>
            <source>Name heirs…</source>
            <translation>指定继承人…</translation>
        </message>
        <message>
            <source>Never</source>
            <translation>从不</translation>
        </message>
        <message>
            <source>New PIN</source>
            <translation>新 PIN</translation>
        </message>
        <message>
            <source>New PIN, once more</source>
            <translation>再输入一次新 PIN</translation>
        </message>
        <message>
            <source>No PIN</source>
            <translation>未设 PIN</translation>
        </message>
        <message>
            <source>No PIN: anybody at this computer can be them</source>
            <translation>未设 PIN：用这台电脑的任何人都可以充当</translation>
        </message>
        <message>
            <source>No heirs any more</source>
            <translation>不再有继承人</translation>
        </message>
        <message>
            <source>Nobody</source>
            <translation>无人</translation>
        </message>
        <message>
            <source>Nobody can claim this home any more</source>
            <translation>再没有人能请求继承这个家</translation>
        </message>
        <message>
            <source>Nobody yet. Heirs get shares of a key on paper; some of them together open a copy of this home, and can take it over when nobody says no for two weeks.</source>
            <translation>还没有。继承人得到写在纸上的密钥份额；其中几份合在一起可以打开这个家的副本，两周内无人拒绝即可接管。</translation>
        </message>
        <message>
            <source>Not saved or copied yet: {who}</source>
            <translation>尚未保存或复制：{who}</translation>
        </message>
        <message>
            <source>Only look</source>
            <translation>只看看</translation>
        </message>
        <message>
            <source>Only looking</source>
            <translation>只能查看</translation>
        </message>
        <message>
            <source>Only looks.</source>
            <translation>只能查看。</translation>
        </message>
        <message>
            <source>Only of who has a PIN.</source>
            <translation>仅对设了 PIN 的人。</translation>
        </message>
        <message>
            <source>Owner</source>
            <translation>所有者</translation>
        </message>
        <message>
            <source>PIN</source>
            <translation>PIN</translation>
        </message>
        <message>
            <source>PIN of {name}</source>
            <translation>{name} 的 PIN</translation>
        </message>
        <message>
            <source>PIN of {name} changed</source>
            <translation>已更改 {name} 的 PIN</translation>
        </message>
        <message>
            <source>PIN set</source>
            <translation>已设 PIN</translation>
        </message>
        <message>
            <source>PIN until now</source>
            <translation>现在的 PIN</translation>
        </message>
        <message>
            <source>Pages (*.txt)</source>
            <translation>文本 (*.txt)</translation>
        </message>
        <message>
            <source>Pictures (*.png *.svg)</source>
            <translation>图片 (*.png *.svg)</translation>
        </message>
        <message>
            <source>Remove {name}</source>
            <translation>移除 {name}</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>改名</translation>
        </message>
        <message>
            <source>Rename {name}</source>
            <translation>为 {name} 改名</translation>
        </message>
        <message>
            <source>Role</source>
            <translation>角色</translation>
        </message>
        <message>
            <source>Role of {name}</source>
            <translation>{name} 的角色</translation>
        </message>
        <message>
            <source>Save as a QR code…</source>
            <translation>存为二维码…</translation>
        </message>
        <message>
            <source>Save the page…</source>
            <translation>保存此页…</translation>
        </message>
        <message>
            <source>Second share</source>
            <translation>第二份</translation>
        </message>
        <message>
            <source>Sees the simple view and reports problems; changes nothing.</source>
            <translation>看到简易界面并可报告问题；不能更改任何东西。</translation>
        </message>
        <message>
            <source>Shares of the heirs</source>
            <translation>继承人的份额</translation>
        </message>
        <message>
            <source>Take this home over</source>
            <translation>接管这个家</translation>
        </message>
        <message>
            <source>The claim is refused</source>
            <translation>已拒绝继承请求</translation>
        </message>
        <message>
            <source>The clock went ahead, or this computer was off: {span} do not count.</source>
            <translation>时钟被调快，或电脑曾关机：{span}不计入。</translation>
        </message>
        <message>
            <source>The house waits for its owner's word</source>
            <translation>正在等待所有者答复</translation>
        </message>
        <message>
            <source>The only owner cannot be removed.</source>
            <translation>不能移除唯一的所有者。</translation>
        </message>
        <message>
            <source>The share as a page</source>
            <translation>这份份额的文本</translation>
        </message>
        <message>
            <source>They are shown this once; the house keeps none. Give each to its heir, on paper, and keep none yourself.</source>
            <translation>只显示这一次，家里不保留。请把每份写在纸上交给相应的继承人，自己不要留存。</translation>
        </message>
        <message>
            <source>This home is yours</source>
            <translation>这个家归您了</translation>
        </message>
        <message>
            <source>Type the words of each share in their order; four letters of each do.</source>
            <translation>请按顺序输入每份的词；每个词输入前四个字母即可。</translation>
        </message>
        <message>
            <source>Uses, names and updates devices; sees messages; changes no settings.</source>
            <translation>可以使用、命名和更新设备，查看消息；不能更改设置。</translation>
        </message>
        <message>
            <source>What each may do</source>
            <translation>各角色可以做什么</translation>
        </message>
        <message>
            <source>When nobody touches it</source>
            <translation>无人操作时</translation>
        </message>
        <message>
            <source>Who is here: {name}</source>
            <translation>现在是：{name}</translation>
        </message>
        <message>
            <source>Who is here?</source>
            <translation>现在是谁？</translation>
        </message>
        <message>
            <source>Who is here…</source>
            <translation>现在是谁…</translation>
        </message>
        <message>
            <source>Whose share</source>
            <translation>谁的份额</translation>
        </message>
        <message>
            <source>Without members this home is its owner's, whoever opens it. With them the window asks who is here, and a PIN keeps people of this home apart. It keeps nobody out who can read the files of this computer account.</source>
            <translation>没有成员时，谁打开，这个家就归谁管。有了成员，窗口会询问现在是谁，PIN 用来区分家里的人。它挡不住能读取此电脑账户文件的人。</translation>
        </message>
        <message>
            <source>You can look at this, not change it.</source>
            <translation>您可以查看，但不能更改。</translation>
        </message>
        <message>
            <source>Your name</source>
            <translation>您的名字</translation>
        </message>
        <message>
            <source>house for heirs</source>
            <translation>继承人副本</translation>
        </message>
        <message>
            <source>{name} belongs to this home</source>
            <translation>{name} 已加入这个家</translation>
        </message>
        <message>
            <source>{name} has another name</source>
            <translation>{name} 已改名</translation>
        </message>
        <message>
            <source>{name} removed</source>
            <translation>已移除 {name}</translation>
        </message>
        <message>
            <source>{who}, alone. A claim waits {days} for an owner's no.</source>
            <translation>{who}，一人即可。继承请求等待{days}，其间所有者可以拒绝。</translation>
        </message>
        <message>
            <source>{who}: any {need} together. A claim waits {days} for an owner's no.</source>
            <translation>{who}：任意 {need} 位合在一起。继承请求等待{days}，其间所有者可以拒绝。</translation>
        </message>
    </context>
    <context>
        <name>Messages</name>
        <message numerus="yes">
            <source>%Ln more came faster than a list can show</source>
            <translation>
                <numerusform>另有 %Ln 条来得太快，列表无法显示</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln more on topics beyond these</source>
            <translation>
                <numerusform>这些主题之外另有 %Ln 条</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n change(s) against the one {ago}</source>
            <translation>
                <numerusform>与{ago}的一条相比有 %n 处变化</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n left out: bytes, or kept only in part</source>
            <translation>
                <numerusform>略去 %n 条：非文本，或只保存了一部分</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n message(s) written to {file}</source>
            <translation>
                <numerusform>已将 %n 条消息写入 {file}</numerusform>
            </translation>
        </message>
        <message>
            <source>All</source>
            <translation>全部</translation>
        </message>
        <message>
            <source>All on this topic</source>
            <translation>该主题的全部消息</translation>
        </message>
        <message>
            <source>Clear</source>
            <translation>清空</translation>
        </message>
        <message>
            <source>Close the details</source>
            <translation>关闭详情</translation>
        </message>
        <message>
            <source>Columns</source>
            <translation>列</translation>
        </message>
        <message>
            <source>Copy the payload</source>
            <translation>复制内容</translation>
        </message>
        <message>
            <source>Devices</source>
            <translation>设备</translation>
        </message>
        <message>
            <source>Export messages</source>
            <translation>导出消息</translation>
        </message>
        <message>
            <source>Export the points</source>
            <translation>导出数据点</translation>
        </message>
        <message>
            <source>Export the points of {name}</source>
            <translation>导出 {name} 的数据点</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
        <message>
            <source>Filter messages</source>
            <translation>筛选消息</translation>
        </message>
        <message>
            <source>For orangery replay (*.jsonl);;Table (*.csv)</source>
            <translation>供 orangery replay 使用 (*.jsonl);;表格 (*.csv)</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>It has said nothing yet</source>
            <translation>它还没有发出消息</translation>
        </message>
        <message>
            <source>It is shown as soon as it is. Else take the filter away.</source>
            <translation>一有消息就会显示；也可以去掉筛选。</translation>
        </message>
        <message>
            <source>Its next message is shown here.</source>
            <translation>它的下一条消息会显示在这里。</translation>
        </message>
        <message>
            <source>Message</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>Messages</source>
            <translation>消息</translation>
        </message>
        <message>
            <source>Messages, the newest at the end</source>
            <translation>消息，最新的在末尾</translation>
        </message>
        <message>
            <source>Newest</source>
            <translation>最新</translation>
        </message>
        <message>
            <source>Nothing of that was said</source>
            <translation>没有符合条件的消息</translation>
        </message>
        <message>
            <source>Nothing was said yet</source>
            <translation>还没有消息</translation>
        </message>
        <message>
            <source>Orangery</source>
            <translation>Orangery</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>已暂停</translation>
        </message>
        <message numerus="yes">
            <source>Paused; %Ln new since then</source>
            <translation>
                <numerusform>已暂停；此后有 %Ln 条新消息</numerusform>
            </translation>
        </message>
        <message>
            <source>Payload; Enter plots a number</source>
            <translation>内容；按回车绘制数值</translation>
        </message>
        <message>
            <source>Plot this number</source>
            <translation>绘制此数值</translation>
        </message>
        <message>
            <source>Plot {name} no longer</source>
            <translation>不再绘制 {name}</translation>
        </message>
        <message>
            <source>Plots</source>
            <translation>曲线</translation>
        </message>
        <message>
            <source>Send a message…</source>
            <translation>发送消息…</translation>
        </message>
        <message>
            <source>Send by hand: see Settings</source>
            <translation>手动发送：见设置</translation>
        </message>
        <message>
            <source>Sent by us</source>
            <translation>由我们发送</translation>
        </message>
        <message>
            <source>Show always the newest of this topic</source>
            <translation>始终显示该主题最新的一条</translation>
        </message>
        <message>
            <source>The first on this topic that is kept.</source>
            <translation>这是所保存的该主题第一条消息。</translation>
        </message>
        <message>
            <source>The same as the one {ago}.</source>
            <translation>与{ago}的一条相同。</translation>
        </message>
        <message>
            <source>Time</source>
            <translation>时间</translation>
        </message>
        <message>
            <source>To the newest</source>
            <translation>到最新</translation>
        </message>
        <message>
            <source>Topic</source>
            <translation>主题</translation>
        </message>
        <message>
            <source>Topics</source>
            <translation>主题树</translation>
        </message>
        <message>
            <source>Topics with + and #, or words: they are looked for in topics, payloads and names of devices. of:word: only in names of devices. -word: without it. Quotes hold together what has spaces.</source>
            <translation>可用带 + 和 # 的主题，或关键词：在主题、内容和设备名称中查找。of:词：只查设备名称。-词：不含该词。含空格的内容请加引号。</translation>
        </message>
        <message>
            <source>Topics, with how often</source>
            <translation>主题及消息数</translation>
        </message>
        <message>
            <source>Understood as</source>
            <translation>解读为</translation>
        </message>
        <message>
            <source>Understood, and it says nothing new of any device.</source>
            <translation>已解读，其中没有设备的新信息。</translation>
        </message>
        <message>
            <source>Unknown</source>
            <translation>未知</translation>
        </message>
        <message>
            <source>What it means, and others of its topic</source>
            <translation>解读与同主题的其他消息</translation>
        </message>
        <message>
            <source>What the house hears and sends is shown here as it happens.</source>
            <translation>家里收到和发出的消息会实时显示在这里。</translation>
        </message>
        <message>
            <source>Who</source>
            <translation>来源</translation>
        </message>
        <message>
            <source>Written: {file}</source>
            <translation>已写入：{file}</translation>
        </message>
        <message>
            <source>at the same time</source>
            <translation>同一时刻</translation>
        </message>
        <message>
            <source>changed</source>
            <translation>已改变</translation>
        </message>
        <message>
            <source>gone</source>
            <translation>已消失</translation>
        </message>
        <message>
            <source>heard</source>
            <translation>收到</translation>
        </message>
        <message>
            <source>new</source>
            <translation>新增</translation>
        </message>
        <message>
            <source>no number yet</source>
            <translation>还没有数值</translation>
        </message>
        <message>
            <source>now {now}, from {low} to {high} in {count} messages</source>
            <translation>当前 {now}，{count} 条消息中从 {low} 到 {high}</translation>
        </message>
        <message>
            <source>only the first {size} are kept here</source>
            <translation>这里只保存前 {size}</translation>
        </message>
        <message>
            <source>retained</source>
            <translation>保留消息</translation>
        </message>
        <message>
            <source>sent by us</source>
            <translation>由我们发送</translation>
        </message>
        <message>
            <source>to be kept</source>
            <translation>要求保留</translation>
        </message>
        <message>
            <source>unknown</source>
            <translation>未知</translation>
        </message>
        <message>
            <source>was {value}</source>
            <translation>原为 {value}</translation>
        </message>
        <message>
            <source>zigbee2mqtt/+/set or words</source>
            <translation>zigbee2mqtt/+/set 或关键词</translation>
        </message>
        <message>
            <source>{span} before</source>
            <translation> {span} 前</translation>
        </message>
    </context>
    <context>
        <name>Notices</name>
        <message numerus="yes">
            <source>%n device(s) can be updated</source>
            <translation>
                <numerusform>%n 台设备可更新</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) confirmed</source>
            <translation>
                <numerusform>%n 台设备已确认</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n notice(s)</source>
            <translation>
                <numerusform>%n 条通知</numerusform>
            </translation>
        </message>
        <message>
            <source>A fix is planned</source>
            <translation>已计划修复</translation>
        </message>
        <message>
            <source>Because of {device}.</source>
            <translation>原因：{device}。</translation>
        </message>
        <message>
            <source>Everything</source>
            <translation>全部</translation>
        </message>
        <message>
            <source>Failures only</source>
            <translation>仅失败</translation>
        </message>
        <message>
            <source>Heard last {when}.</source>
            <translation>上次收到消息：{when}。</translation>
        </message>
        <message>
            <source>If you are here, refuse it.</source>
            <translation>如果您还在，请拒绝。</translation>
        </message>
        <message>
            <source>Its devices are not seen until it does.</source>
            <translation>恢复之前看不到其设备。</translation>
        </message>
        <message>
            <source>Somebody looks at your report</source>
            <translation>有人正在查看您的报告</translation>
        </message>
        <message>
            <source>The fix runs here: is it fixed?</source>
            <translation>修复已在设备上运行：问题解决了吗？</translation>
        </message>
        <message>
            <source>The hub did not take your report</source>
            <translation>反馈服务器未接受您的报告</translation>
        </message>
        <message>
            <source>The makers ask you something</source>
            <translation>厂商有问题想问您</translation>
        </message>
        <message>
            <source>Updates and replies</source>
            <translation>更新与回复</translation>
        </message>
        <message>
            <source>Your report was declined</source>
            <translation>您的报告未被采纳</translation>
        </message>
        <message>
            <source>{broker} does not answer</source>
            <translation>{broker} 没有回应</translation>
        </message>
        <message>
            <source>{broker} refuses us</source>
            <translation>{broker} 拒绝连接</translation>
        </message>
        <message>
            <source>{device} is offline</source>
            <translation>{device} 已离线</translation>
        </message>
        <message>
            <source>{week} is here</source>
            <translation>{week}已发布</translation>
        </message>
        <message>
            <source>{week}: all is done</source>
            <translation>{week}：全部完成</translation>
        </message>
        <message>
            <source>{week}: the updates stand still</source>
            <translation>{week}：更新已停止</translation>
        </message>
    </context>
    <context>
        <name>OwnCopy</name>
        <message numerus="yes">
            <source>%n file(s) are not as they were signed</source>
            <translation>
                <numerusform>%n 个文件与签名时不一致</numerusform>
            </translation>
        </message>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
        <message>
            <source>A package manager put this copy here and keeps a list of its own; it is asked so:</source>
            <translation>这份程序由软件包管理器安装，它有自己的清单，可以这样询问：</translation>
        </message>
        <message>
            <source>A program that somebody exchanged could lie about itself. To be sure, take its folder, {folder}, to a computer whose copy you trust, and say there:</source>
            <translation>被掉包的程序可以谎报自己。要确定，请把它的文件夹 {folder} 带到一台装有您信任的程序的电脑上，在那里运行：</translation>
        </message>
        <message numerus="yes">
            <source>All %n file(s) are as they were signed</source>
            <translation>
                <numerusform>全部 %n 个文件都与签名时一致</numerusform>
            </translation>
        </message>
        <message>
            <source>Check again</source>
            <translation>再次核对</translation>
        </message>
        <message>
            <source>Check this copy</source>
            <translation>核对这份程序</translation>
        </message>
        <message>
            <source>Checked {when}.</source>
            <translation>核对时间：{when}。</translation>
        </message>
        <message>
            <source>Checking this copy</source>
            <translation>正在核对这份程序</translation>
        </message>
        <message>
            <source>Copied</source>
            <translation>已复制</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Copy the command for another computer</source>
            <translation>复制在另一台电脑上运行的命令</translation>
        </message>
        <message>
            <source>Copy the package manager's command</source>
            <translation>复制软件包管理器的命令</translation>
        </message>
        <message>
            <source>Each file of the program is held against the list that its makers signed, two parties with keys of their own. Nothing is changed. Where the list is not kept here, their mirrors are asked for it; nothing about you is sent.</source>
            <translation>程序的每个文件都与厂商签名的清单核对，清单由厂商的两方用各自的密钥签名。不会做任何更改。清单不在本机时会向厂商的镜像索取；不会发送任何关于您的信息。</translation>
        </message>
        <message>
            <source>FOLDER</source>
            <translation>文件夹</translation>
        </message>
        <message>
            <source>Files that are not as they were signed</source>
            <translation>与签名时不一致的文件</translation>
        </message>
        <message>
            <source>How much is read</source>
            <translation>已读取多少</translation>
        </message>
        <message>
            <source>It cannot be told now</source>
            <translation>现在无法判断</translation>
        </message>
        <message>
            <source>It cannot be told: nobody signs the versions of this copy</source>
            <translation>无法判断：没有人为这份程序的版本签名</translation>
        </message>
        <message>
            <source>It cannot be told: this copy runs from its source</source>
            <translation>无法判断：这份程序从源代码运行</translation>
        </message>
        <message>
            <source>It was built without the link of a maker. Compare it with the package you got it from, or build it yourself and compare.</source>
            <translation>构建时没有写入厂商链接。请与您取得它的安装包比较，或自行构建后比较。</translation>
        </message>
        <message>
            <source>Looking for the signed list…</source>
            <translation>正在寻找签名清单…</translation>
        </message>
        <message>
            <source>Nobody signed these files, so there is nothing to hold them against. “git status” shows what was changed, “git verify-commit HEAD” whether somebody signed the commit.</source>
            <translation>没有人为这些文件签名，因此无从核对。用“git status”可以查看改动，用“git verify-commit HEAD”可以查看提交是否有签名。</translation>
        </message>
        <message>
            <source>Not checked since this window was opened</source>
            <translation>打开本窗口以来尚未核对</translation>
        </message>
        <message>
            <source>Reading every file…</source>
            <translation>正在读取每个文件…</translation>
        </message>
        <message>
            <source>Report it</source>
            <translation>报告此事</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>The launcher beside the versions is not this version's own; after a renewal that is usual.</source>
            <translation>各版本旁边的启动程序不是这个版本自带的；更新之后这很常见。</translation>
        </message>
        <message>
            <source>The week in which this version came</source>
            <translation>该版本发布的那一周</translation>
        </message>
        <message>
            <source>This copy</source>
            <translation>这份程序</translation>
        </message>
        <message>
            <source>Version {version}, signed by {maker} in {week}, {day}.</source>
            <translation>版本 {version}，由 {maker} 于{week}（{day}）签名。</translation>
        </message>
        <message>
            <source>Where you put your own libraries there, it is those. Otherwise do not rely on this copy: get the program anew where you trust it, and tell its makers.</source>
            <translation>如果是您自己换上的库，列出的就是它们。否则请不要信赖这份程序：请从您信任的地方重新取得程序，并告诉厂商。</translation>
        </message>
        <message>
            <source>With a file of its week…</source>
            <translation>用那一周的文件…</translation>
        </message>
        <message>
            <source>changed</source>
            <translation>被改动</translation>
        </message>
        <message>
            <source>extra</source>
            <translation>多余</translation>
        </message>
        <message>
            <source>missing</source>
            <translation>缺少</translation>
        </message>
        <message>
            <source>unreadable</source>
            <translation>无法读取</translation>
        </message>
        <message>
            <source>with other rights</source>
            <translation>权限不同</translation>
        </message>
        <message>
            <source>{count} {how}</source>
            <translation>{count} 个{how}</translation>
        </message>
        <message>
            <source>{have} of {of}</source>
            <translation>{have} / {of}</translation>
        </message>
        <message>
            <source>{how}: {file}</source>
            <translation>{how}：{file}</translation>
        </message>
        <message>
            <source>{kinds}.</source>
            <translation>{kinds}。</translation>
        </message>
    </context>
    <context>
        <name>Palette</name>
        <message>
            <source>A report without a title</source>
            <translation>无标题的报告</translation>
        </message>
        <message>
            <source>An action, a device, a room, a model, a page, a report</source>
            <translation>操作、设备、房间、型号、页面或报告</translation>
        </message>
        <message>
            <source>Enter does it · arrows choose · Esc closes</source>
            <translation>回车执行 · 方向键选择 · Esc 关闭</translation>
        </message>
        <message>
            <source>Find anything</source>
            <translation>查找一切</translation>
        </message>
        <message>
            <source>Nothing fits.</source>
            <translation>没有符合的内容。</translation>
        </message>
        <message>
            <source>What was found</source>
            <translation>查找结果</translation>
        </message>
        <message>
            <source>device</source>
            <translation>设备</translation>
        </message>
        <message>
            <source>page</source>
            <translation>页面</translation>
        </message>
        <message>
            <source>report</source>
            <translation>报告</translation>
        </message>
    </context>
    <context>
        <name>Plot</name>
        <message>
            <source>Copy as CSV</source>
            <translation>复制为 CSV</translation>
        </message>
        <message>
            <source>Copy as a sentence</source>
            <translation>复制为一句话</translation>
        </message>
        <message>
            <source>Copy as picture</source>
            <translation>复制为图片</translation>
        </message>
        <message>
            <source>Day</source>
            <translation>一天</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>导出</translation>
        </message>
        <message>
            <source>Hour</source>
            <translation>一小时</translation>
        </message>
        <message>
            <source>No values of it are kept yet. Numbers and states are, from the first minute on.</source>
            <translation>还没有保存它的值。数字和状态从第一分钟起就会保存。</translation>
        </message>
        <message>
            <source>Nothing was kept of this time.</source>
            <translation>这段时间没有保存任何值。</translation>
        </message>
        <message>
            <source>Save as CSV…</source>
            <translation>另存为 CSV…</translation>
        </message>
        <message>
            <source>Save as picture…</source>
            <translation>另存为图片…</translation>
        </message>
        <message>
            <source>Values</source>
            <translation>值</translation>
        </message>
        <message>
            <source>Values shown: {names}</source>
            <translation>显示的值：{names}</translation>
        </message>
        <message>
            <source>Week</source>
            <translation>一周</translation>
        </message>
        <message>
            <source>Year</source>
            <translation>一年</translation>
        </message>
        <message>
            <source>from {low} to {high}</source>
            <translation>从 {low} 到 {high}</translation>
        </message>
        <message>
            <source>last day</source>
            <translation>最近一天</translation>
        </message>
        <message>
            <source>last hour</source>
            <translation>最近一小时</translation>
        </message>
        <message>
            <source>last week</source>
            <translation>最近一周</translation>
        </message>
        <message>
            <source>last year</source>
            <translation>最近一年</translation>
        </message>
        <message>
            <source>nothing said</source>
            <translation>无数据</translation>
        </message>
        <message>
            <source>{begin} until {end}</source>
            <translation>{begin} 至 {end}</translation>
        </message>
        <message numerus="yes">
            <source>{first} and %n more</source>
            <translation>
                <numerusform>{first}和另外 %n 项</numerusform>
            </translation>
        </message>
        <message>
            <source>{low} to {high}</source>
            <translation>{low} 至 {high}</translation>
        </message>
        <message>
            <source>{state} {share} % of the time</source>
            <translation>{share}% 的时间为{state}</translation>
        </message>
        <message>
            <source>{title}, {time}: nothing was kept</source>
            <translation>{title}，{time}：没有保存</translation>
        </message>
        <message>
            <source>{title}, {time}: {body}, now {now}</source>
            <translation>{title}，{time}：{body}，现在 {now}</translation>
        </message>
    </context>
    <context>
        <name>Policy</name>
        <message>
            <source>A lamp that is lit is updated when it is off again.</source>
            <translation>亮着的灯会等关掉以后再更新。</translation>
        </message>
        <message>
            <source>A sensor that wakes at noon would else wait for days.</source>
            <translation>否则中午才醒的传感器会一等好几天。</translation>
        </message>
        <message>
            <source>A week has to be out for so many days, neither held nor withdrawn.</source>
            <translation>一周的发布要先公开这么多天，且没有被暂缓或撤回。</translation>
        </message>
        <message>
            <source>After seven clean days</source>
            <translation>平稳七天之后</translation>
        </message>
        <message>
            <source>At night, once the week has stood for seven days, neither held nor withdrawn.</source>
            <translation>发布满七天、且没有被暂缓或撤回之后，在夜里进行。</translation>
        </message>
        <message>
            <source>At once, one Wi-Fi</source>
            <translation>同一 Wi-Fi 同时</translation>
        </message>
        <message>
            <source>At once, one gateway</source>
            <translation>同一网关同时</translation>
        </message>
        <message>
            <source>At once, one router</source>
            <translation>同一路由节点同时</translation>
        </message>
        <message>
            <source>At the weekend</source>
            <translation>周末</translation>
        </message>
        <message>
            <source>Battery at least</source>
            <translation>电量至少</translation>
        </message>
        <message>
            <source>Begin</source>
            <translation>开始方式</translation>
        </message>
        <message>
            <source>Below that it waits; a maker may ask for more.</source>
            <translation>低于此值就等待；厂商可以要求更高。</translation>
        </message>
        <message>
            <source>Between 01:00 and 05:00, until the week is everywhere.</source>
            <translation>每晚 01:00 到 05:00，直到全部设备完成。</translation>
        </message>
        <message>
            <source>Close security holes at once</source>
            <translation>安全漏洞立即修补</translation>
        </message>
        <message>
            <source>Days without a fault</source>
            <translation>平稳天数</translation>
        </message>
        <message>
            <source>Every night</source>
            <translation>每晚</translation>
        </message>
        <message>
            <source>Fetch also over a metered connection</source>
            <translation>按流量计费的网络也下载</translation>
        </message>
        <message>
            <source>Friday evening</source>
            <translation>周五晚上</translation>
        </message>
        <message>
            <source>Hours</source>
            <translation>时段</translation>
        </message>
        <message>
            <source>How many may fetch at one access point.</source>
            <translation>同一个接入点下允许几台同时下载。</translation>
        </message>
        <message>
            <source>In a mesh, devices speak through a router of theirs.</source>
            <translation>在网状网络里，设备经由各自的路由节点通信。</translation>
        </message>
        <message>
            <source>Its sleep cannot be held off: {why}.</source>
            <translation>无法阻止它休眠：{why}。</translation>
        </message>
        <message>
            <source>Less</source>
            <translation>收起</translation>
        </message>
        <message>
            <source>Let sleepers begin whenever they wake</source>
            <translation>休眠设备醒来就可开始</translation>
        </message>
        <message>
            <source>More</source>
            <translation>更多</translation>
        </message>
        <message>
            <source>More is quicker, and heavier on its radio.</source>
            <translation>数量多则更快，但无线信道更拥挤。</translation>
        </message>
        <message>
            <source>My own hours</source>
            <translation>自定时段</translation>
        </message>
        <message>
            <source>Next, updates may begin {begin} until {until}.</source>
            <translation>下一次可以开始更新的时间：{begin} 至 {until}。</translation>
        </message>
        <message>
            <source>Not while a device is in use</source>
            <translation>设备使用中不更新</translation>
        </message>
        <message>
            <source>Nothing begins by itself: you look at a week and press Update.</source>
            <translation>不会自动开始：您看过这一周后自己点“更新”。</translation>
        </message>
        <message>
            <source>On Saturday and Sunday, while somebody is there to see it.</source>
            <translation>周六和周日，家里有人的时候。</translation>
        </message>
        <message>
            <source>Only after you pressed Update.</source>
            <translation>仅在您点“更新”之后。</translation>
        </message>
        <message>
            <source>Only when I say so</source>
            <translation>由我手动开始</translation>
        </message>
        <message>
            <source>Security at once, the rest by hand</source>
            <translation>安全修补立即，其余手动</translation>
        </message>
        <message>
            <source>Such files wait for no hours and no clean days.</source>
            <translation>这类文件不受时段和平稳天数限制。</translation>
        </message>
        <message>
            <source>The new week begins on Friday at 20:00 and goes on in the nights after.</source>
            <translation>新的一周从周五 20:00 开始，其余的在随后的夜里继续。</translation>
        </message>
        <message>
            <source>The others of its model wait until it has run well for so long.</source>
            <translation>同型号的其他设备要等它平稳运行这么久。</translation>
        </message>
        <message>
            <source>This computer may sleep then. “orangery serve” runs the house on one that is always on.</source>
            <translation>这台电脑那时可能在休眠。“orangery serve”可以在一直开机的电脑上运行这个家。</translation>
        </message>
        <message>
            <source>This computer's ({zone})</source>
            <translation>这台电脑的时区（{zone}）</translation>
        </message>
        <message>
            <source>This computer's is {zone}.</source>
            <translation>这台电脑的时区是 {zone}。</translation>
        </message>
        <message>
            <source>Time zone</source>
            <translation>时区</translation>
        </message>
        <message>
            <source>Updates begin by themselves in the hours below.</source>
            <translation>在下面的时段内自动开始更新。</translation>
        </message>
        <message>
            <source>Updates may begin now, at any time.</source>
            <translation>现在就可以开始更新，任何时间都行。</translation>
        </message>
        <message>
            <source>Updates may begin now, until {until}.</source>
            <translation>现在就可以开始更新，直到 {until}。</translation>
        </message>
        <message>
            <source>Watch the first for</source>
            <translation>观察第一台</translation>
        </message>
        <message>
            <source>What closes a hole begins as soon as it is verified; all else waits for you.</source>
            <translation>修补漏洞的文件验证后立即开始；其余等您决定。</translation>
        </message>
        <message>
            <source>When updates begin</source>
            <translation>更新何时开始</translation>
        </message>
        <message>
            <source>When updates happen</source>
            <translation>什么时候更新</translation>
        </message>
        <message>
            <source>Where this computer's line is paid by the byte.</source>
            <translation>指这台电脑的网络按流量计费时。</translation>
        </message>
        <message>
            <source>With these hours nothing could ever begin.</source>
            <translation>按这些时段，永远不会开始任何更新。</translation>
        </message>
    </context>
    <context>
        <name>Problem</name>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Details</source>
            <translation>详情</translation>
        </message>
        <message>
            <source>Report…</source>
            <translation>报告…</translation>
        </message>
        <message>
            <source>That did not work</source>
            <translation>操作未成功</translation>
        </message>
    </context>
    <context>
        <name>Program</name>
        <message>
            <source>A new version of Orangery was installed while this one runs</source>
            <translation>Orangery 运行期间已安装了新版本</translation>
        </message>
        <message>
            <source>A new version of this program</source>
            <translation>本程序的新版本</translation>
        </message>
        <message>
            <source>After two tries {version} was started again.</source>
            <translation>尝试两次之后，又启动了 {version}。</translation>
        </message>
        <message>
            <source>Asking the makers…</source>
            <translation>正在询问制作者…</translation>
        </message>
        <message>
            <source>Beta</source>
            <translation>测试版</translation>
        </message>
        <message>
            <source>Bring your checkout up to date, then run scripts/setup.</source>
            <translation>请更新您的源代码，然后运行 scripts/setup。</translation>
        </message>
        <message>
            <source>Channel of this program</source>
            <translation>本程序的频道</translation>
        </message>
        <message>
            <source>Closing, to begin again…</source>
            <translation>正在关闭，以便重新启动…</translation>
        </message>
        <message>
            <source>Each Friday, as soon as it is out. You see new things first, also what is not right yet; what you report helps all others.</source>
            <translation>每个周五，一发布就有。您最先看到新东西，也会看到还不完善的地方；您的报告会帮助其他所有人。</translation>
        </message>
        <message>
            <source>Fetch it</source>
            <translation>下载</translation>
        </message>
        <message>
            <source>Fetching {version}</source>
            <translation>正在下载 {version}</translation>
        </message>
        <message>
            <source>Get {file} where you got this one, then: {command}</source>
            <translation>请从获取本程序的地方取得 {file}，然后运行：{command}</translation>
        </message>
        <message>
            <source>Go back to {version}</source>
            <translation>退回 {version}</translation>
        </message>
        <message>
            <source>Going back starts the version before; your house stays.</source>
            <translation>退回后启动先前的版本；您的家保持不变。</translation>
        </message>
        <message>
            <source>Going back starts {before} with the next start; {version} is not taken again by itself. Where {version} has changed the files of your house, the one before opens the copy that was made of them then.</source>
            <translation>退回后，下次启动的是 {before}；不会再自动采用 {version}。如果 {version} 改动过这个家的文件，先前的版本会打开当时所做的副本。</translation>
        </message>
        <message>
            <source>How far it goes by itself</source>
            <translation>自动进行到哪一步</translation>
        </message>
        <message>
            <source>How far it has come</source>
            <translation>进度</translation>
        </message>
        <message>
            <source>It asks nobody. New versions, also those that close a hole, are missed.</source>
            <translation>不询问任何人。新版本，包括修补漏洞的版本，都会错过。</translation>
        </message>
        <message>
            <source>It is not taken again by itself until a newer one comes.</source>
            <translation>在更新的版本出现之前，不会再自动采用它。</translation>
        </message>
        <message>
            <source>It looks on Friday evening and tells what there is. You decide.</source>
            <translation>周五晚上检查，并告诉您有什么。由您决定。</translation>
        </message>
        <message>
            <source>It looks on Friday evening, fetches and verifies what is for this computer, and starts it the next time you start Orangery. Nothing is fetched where the connection is paid by the byte.</source>
            <translation>周五晚上检查，下载并验证适合这台电脑的版本，并在您下次启动 Orangery 时启动它。在按流量计费的网络上不下载任何内容。</translation>
        </message>
        <message>
            <source>It starts with the next start. {version} is kept until it has proven itself.</source>
            <translation>它会在下次启动时启动。在它证明可用之前，会保留 {version}。</translation>
        </message>
        <message>
            <source>Look now</source>
            <translation>立即检查</translation>
        </message>
        <message>
            <source>Looked {when}.</source>
            <translation>上次检查：{when}。</translation>
        </message>
        <message>
            <source>Looks again {when}.</source>
            <translation>下次检查：{when}。</translation>
        </message>
        <message>
            <source>Never</source>
            <translation>从不</translation>
        </message>
        <message>
            <source>New versions</source>
            <translation>新版本</translation>
        </message>
        <message>
            <source>No version before it is here; look for a newer one.</source>
            <translation>这里没有更早的版本；请检查是否有更新的版本。</translation>
        </message>
        <message>
            <source>Not looked yet</source>
            <translation>尚未检查</translation>
        </message>
        <message>
            <source>Not looked yet.</source>
            <translation>尚未检查。</translation>
        </message>
        <message>
            <source>Nothing newer for this computer now</source>
            <translation>目前没有适合这台电脑的更新版本</translation>
        </message>
        <message>
            <source>Only files are asked for; nothing about you, your home or your devices is sent. Every byte is held against the makers' signatures before it is used.</source>
            <translation>只请求文件；不发送关于您、您的家或您的设备的任何信息。每个字节在使用之前都会与制作者的签名核对。</translation>
        </message>
        <message>
            <source>Only what has been in the beta and has kept its word there; later.</source>
            <translation>只有在测试版中经受住考验的版本；会晚一些。</translation>
        </message>
        <message>
            <source>Renew by itself</source>
            <translation>自动更新</translation>
        </message>
        <message>
            <source>Report a problem</source>
            <translation>报告问题</translation>
        </message>
        <message>
            <source>Restart now</source>
            <translation>立即重新启动</translation>
        </message>
        <message>
            <source>Stable</source>
            <translation>稳定版</translation>
        </message>
        <message>
            <source>Stay with {version}</source>
            <translation>留在 {version}</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Tell me</source>
            <translation>告诉我</translation>
        </message>
        <message>
            <source>The house has not said yet how it stands</source>
            <translation>这个家还没有告知程序的状态</translation>
        </message>
        <message>
            <source>The makers have recalled this version</source>
            <translation>制作者已召回此版本</translation>
        </message>
        <message>
            <source>The makers have withdrawn the week of this version</source>
            <translation>制作者已撤回此版本所在的一周</translation>
        </message>
        <message>
            <source>This is the newest version of this channel</source>
            <translation>这是此频道的最新版本</translation>
        </message>
        <message>
            <source>This program</source>
            <translation>本程序</translation>
        </message>
        <message>
            <source>Try {version} again</source>
            <translation>再试一次 {version}</translation>
        </message>
        <message>
            <source>Unpack the new archive in another folder and start it from there.</source>
            <translation>请把新的压缩包解压到另一个文件夹，并从那里启动。</translation>
        </message>
        <message>
            <source>Verified; it is put beside this version…</source>
            <translation>已验证；正在放到此版本旁边…</translation>
        </message>
        <message>
            <source>What is new</source>
            <translation>新内容</translation>
        </message>
        <message>
            <source>You went back from {failed}</source>
            <translation>您已从 {failed} 退回</translation>
        </message>
        <message>
            <source>as a folder that was put here</source>
            <translation>以放在这里的文件夹运行</translation>
        </message>
        <message>
            <source>as a package (.deb)</source>
            <translation>以软件包（.deb）安装</translation>
        </message>
        <message>
            <source>as a package (.rpm)</source>
            <translation>以软件包（.rpm）安装</translation>
        </message>
        <message>
            <source>as the archive that renews itself</source>
            <translation>以可自行更新的压缩包安装</translation>
        </message>
        <message>
            <source>built {day}</source>
            <translation>构建于 {day}</translation>
        </message>
        <message>
            <source>closes a security hole</source>
            <translation>修补安全漏洞</translation>
        </message>
        <message>
            <source>from its source</source>
            <translation>从源代码运行</translation>
        </message>
        <message>
            <source>{failed} did not start here</source>
            <translation>{failed} 在这里没能启动</translation>
        </message>
        <message>
            <source>{have} of {of}</source>
            <translation>{have} / {of}</translation>
        </message>
        <message>
            <source>{new} lies in its place; what you see is still {version}. Begin again with the new one soon: some pictures and words of this one are gone.</source>
            <translation>磁盘上已是 {new}，您现在看到的仍是 {version}。请尽快用新版本重新启动：当前版本的部分图片和文字已不在磁盘上。</translation>
        </message>
        <message>
            <source>{version} is ready</source>
            <translation>{version} 已就绪</translation>
        </message>
        <message>
            <source>{version} is there</source>
            <translation>有新版本 {version}</translation>
        </message>
        <message>
            <source>{version} starts with the next start.</source>
            <translation>下次启动的是 {version}。</translation>
        </message>
    </context>
    <context>
        <name>Progress</name>
        <message numerus="yes">
            <source>%n more</source>
            <translation>
                <numerusform>另有 %n 项</numerusform>
            </translation>
        </message>
        <message>
            <source>Asking the house</source>
            <translation>正在询问家</translation>
        </message>
        <message>
            <source>Asking the maker</source>
            <translation>正在询问厂商</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Cancel: {what}</source>
            <translation>取消：{what}</translation>
        </message>
        <message>
            <source>Checking the whole record</source>
            <translation>正在校验全部记录</translation>
        </message>
        <message>
            <source>Exchanging with the hub</source>
            <translation>正在与反馈服务器同步</translation>
        </message>
        <message>
            <source>Fetching and checking the files</source>
            <translation>正在获取并校验文件</translation>
        </message>
        <message>
            <source>Gathering what goes along</source>
            <translation>正在收集随附内容</translation>
        </message>
        <message>
            <source>Joining the hub</source>
            <translation>正在加入反馈服务器</translation>
        </message>
        <message>
            <source>Looking for a new week and checking it</source>
            <translation>正在查找并校验新的一周</translation>
        </message>
        <message>
            <source>Looking for brokers</source>
            <translation>正在查找消息代理</translation>
        </message>
        <message>
            <source>Looking for similar reports</source>
            <translation>正在查找相似的报告</translation>
        </message>
        <message>
            <source>Playing the week through</source>
            <translation>正在推演本周更新</translation>
        </message>
        <message>
            <source>Putting the report into the outbox</source>
            <translation>正在将报告放入发件箱</translation>
        </message>
        <message>
            <source>Putting the reports into a file</source>
            <translation>正在将报告写入文件</translation>
        </message>
        <message>
            <source>Reading and redacting the file</source>
            <translation>正在读取并隐去文件中的隐私</translation>
        </message>
        <message>
            <source>Reading the record</source>
            <translation>正在读取记录</translation>
        </message>
        <message>
            <source>Starting the updates</source>
            <translation>正在启动更新</translation>
        </message>
        <message>
            <source>Under way</source>
            <translation>进行中</translation>
        </message>
        <message>
            <source>about {time} left</source>
            <translation>大约还需 {time}</translation>
        </message>
        <message>
            <source>for {time}</source>
            <translation>已用时 {time}</translation>
        </message>
    </context>
    <context>
        <name>Quiet</name>
        <message>
            <source>Everything runs what it should</source>
            <translation>一切都在运行应有的版本</translation>
        </message>
        <message>
            <source>Last checked {when}.</source>
            <translation>上次检查：{when}。</translation>
        </message>
        <message>
            <source>Nothing to do, as far as this house knows</source>
            <translation>据目前所知，无事可做</translation>
        </message>
        <message>
            <source>Nothing to do, but a new week could not be looked for</source>
            <translation>无事可做，但未能查找新的一周</translation>
        </message>
        <message>
            <source>Press “Check now” to be sure.</source>
            <translation>请按“立即检查”确认。</translation>
        </message>
        <message>
            <source>The next release comes on {day}.</source>
            <translation>下次发布在{day}。</translation>
        </message>
    </context>
    <context>
        <name>Refusals</name>
        <message>
            <source>In {dialect}: {why}</source>
            <translation>{dialect} 方式：{why}</translation>
        </message>
        <message>
            <source>Its own maker offers {version}.</source>
            <translation>其厂商提供 {version}。</translation>
        </message>
        <message>
            <source>Nobody here checks what its own maker gives it.</source>
            <translation>其厂商给它的内容，这里无人核验。</translation>
        </message>
        <message>
            <source>Only Orangery checks the signatures; the device does not.</source>
            <translation>只有 Orangery 核验签名，设备自己不核验。</translation>
        </message>
        <message>
            <source>The device checks by itself: {what}.</source>
            <translation>设备自己核验：{what}。</translation>
        </message>
        <message>
            <source>Tried: {way} ({dialect}).</source>
            <translation>尝试方式：{way}（{dialect}）。</translation>
        </message>
        <message>
            <source>it fetches the file from this computer</source>
            <translation>由设备从本机下载文件</translation>
        </message>
        <message>
            <source>it installs what its own maker offers</source>
            <translation>安装其厂商提供的版本</translation>
        </message>
        <message>
            <source>it is given the file over HTTP</source>
            <translation>通过 HTTP 把文件交给它</translation>
        </message>
        <message>
            <source>it takes the file in pieces over MQTT</source>
            <translation>通过 MQTT 分块接收文件</translation>
        </message>
    </context>
    <context>
        <name>Release</name>
        <message numerus="yes">
            <source>%n file(s) recalled</source>
            <translation>
                <numerusform>召回 %n 个文件</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n finding(s) of the checks stand in the way of signing.</source>
            <translation>
                <numerusform>检查发现 %n 个问题，暂时不能签名。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n finding(s) stand in the way.</source>
            <translation>
                <numerusform>有 %n 个问题需要处理。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n image(s)</source>
            <translation>
                <numerusform>%n 个映像</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n known issue(s)</source>
            <translation>
                <numerusform>%n 个已知问题</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n more role(s) wait.</source>
            <translation>
                <numerusform>另有 %n 个角色等待签名。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n of {names} still have to sign {role}.</source>
            <translation>
                <numerusform>{names} 中还需 %n 人为{role}签名。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n report(s) answered</source>
            <translation>
                <numerusform>回应 %n 条反馈</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n signature(s) are missing.</source>
            <translation>
                <numerusform>还缺 %n 个签名。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n signature(s) missing</source>
            <translation>
                <numerusform>还缺 %n 个签名</numerusform>
            </translation>
        </message>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
        <message>
            <source>- Choose the file and type the fingerprint: this folder becomes yours, and what waits for your key is shown.</source>
            <translation>- 选择该文件并输入指纹：此文件夹将成为您的发布文件夹，并显示等待您签名的内容。</translation>
        </message>
        <message>
            <source>- Does another key holder have one? Ask for an event file, and for the fingerprint by telephone or from the sheet.</source>
            <translation>- 其他密钥持有人已有发布文件夹？请索取签名事件文件，并通过电话或仪式记录单核对指纹。</translation>
        </message>
        <message>
            <source>- Is this a new maker? Hold the key ceremony: orangery release ceremony.</source>
            <translation>- 这是新的厂商？请举行密钥仪式：orangery release ceremony。</translation>
        </message>
        <message>
            <source>A change of keys</source>
            <translation>更换密钥</translation>
        </message>
        <message>
            <source>A published week as one file for a home without a connection.</source>
            <translation>把已发布的一周打包成一个文件，供没有网络的家庭使用。</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>添加</translation>
        </message>
        <message>
            <source>Add a signer</source>
            <translation>添加签名人</translation>
        </message>
        <message>
            <source>Add a signer…</source>
            <translation>添加签名人…</translation>
        </message>
        <message>
            <source>Add images</source>
            <translation>添加映像</translation>
        </message>
        <message>
            <source>Add images…</source>
            <translation>添加映像…</translation>
        </message>
        <message>
            <source>Add the images of this week.</source>
            <translation>请添加本周的映像。</translation>
        </message>
        <message>
            <source>All that it signs now</source>
            <translation>它目前签名的所有角色</translation>
        </message>
        <message>
            <source>Answer for a finding</source>
            <translation>为检查结果说明理由</translation>
        </message>
        <message>
            <source>Answer for it</source>
            <translation>说明理由并放行</translation>
        </message>
        <message>
            <source>Answer for it…</source>
            <translation>说明理由…</translation>
        </message>
        <message>
            <source>Answered for</source>
            <translation>已有人说明理由</translation>
        </message>
        <message>
            <source>As published</source>
            <translation>已发布的状态</translation>
        </message>
        <message>
            <source>Back after the restart within</source>
            <translation>重启后恢复时限</translation>
        </message>
        <message>
            <source>Begin with the images of the last one</source>
            <translation>沿用上一周的映像</translation>
        </message>
        <message>
            <source>Both languages: nobody reads half a note.</source>
            <translation>两种语言都要写：没有人愿意只读半份说明。</translation>
        </message>
        <message>
            <source>Change keys without a week</source>
            <translation>只更换密钥</translation>
        </message>
        <message>
            <source>Change keys without a week…</source>
            <translation>只更换密钥…</translation>
        </message>
        <message>
            <source>Channel</source>
            <translation>通道</translation>
        </message>
        <message>
            <source>Checks</source>
            <translation>检查</translation>
        </message>
        <message>
            <source>Copy as text</source>
            <translation>复制为文本</translation>
        </message>
        <message>
            <source>Details…</source>
            <translation>详情…</translation>
        </message>
        <message>
            <source>Drop it</source>
            <translation>放弃</translation>
        </message>
        <message>
            <source>Drop it…</source>
            <translation>放弃…</translation>
        </message>
        <message>
            <source>Drop what is open?</source>
            <translation>放弃正在准备的内容？</translation>
        </message>
        <message>
            <source>Each is made, applied and compared with the file. It can take some minutes.</source>
            <translation>每个补丁都会生成、试装并与文件比对，可能需要几分钟。</translation>
        </message>
        <message>
            <source>Event file</source>
            <translation>签名事件文件</translation>
        </message>
        <message>
            <source>Event files (*.orangery-event)</source>
            <translation>签名事件文件 (*.orangery-event)</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>Fingerprint</source>
            <translation>指纹</translation>
        </message>
        <message>
            <source>Fingerprint of the first root</source>
            <translation>首个根的指纹</translation>
        </message>
        <message>
            <source>For a key that is lost, stolen or old. In force when this event is published; a change of root is signed by the keys until now as well.</source>
            <translation>用于丢失、被盗或过旧的密钥。此签名事件发布后生效；更换根密钥时，原有密钥也必须签名。</translation>
        </message>
        <message>
            <source>From when on how many of the homes may have the week; never fewer, never earlier than the ring before. Without rings all have it at once. Times are UTC.</source>
            <translation>从何时起有多少家庭可以获得本周内容；比例和时间都不得低于或早于前一批次。不设批次则所有家庭立即获得。时间为 UTC。</translation>
        </message>
        <message>
            <source>Give mine up, take theirs</source>
            <translation>放弃本机的，采用对方的</translation>
        </message>
        <message>
            <source>Going back</source>
            <translation>能否退回</translation>
        </message>
        <message>
            <source>Hardware</source>
            <translation>硬件</translation>
        </message>
        <message>
            <source>Hardware, several with commas</source>
            <translation>硬件（多个用逗号分隔）</translation>
        </message>
        <message>
            <source>Homes know by it that the maker is still there. A daily job does it by itself: orangery release heartbeat.</source>
            <translation>家庭凭它得知厂商仍在维护。可由每日任务自动完成：orangery release heartbeat。</translation>
        </message>
        <message>
            <source>How many must sign a role, when this event is published.</source>
            <translation>此签名事件发布后，一个角色需要多少人签名。</translation>
        </message>
        <message>
            <source>Image</source>
            <translation>映像</translation>
        </message>
        <message>
            <source>Image file</source>
            <translation>映像文件</translation>
        </message>
        <message>
            <source>Images</source>
            <translation>映像</translation>
        </message>
        <message>
            <source>Images, notes and signatures are collected until it is published.</source>
            <translation>发布之前可以收集映像、说明和签名。</translation>
        </message>
        <message>
            <source>Inventory file</source>
            <translation>设备清单文件</translation>
        </message>
        <message>
            <source>It is older than what is open here, which stays.</source>
            <translation>它比本机正在准备的内容旧，本机内容保持不变。</translation>
        </message>
        <message>
            <source>It proposes what is open here.</source>
            <translation>它提议的内容与本机正在准备的相同。</translation>
        </message>
        <message>
            <source>It was newer: what it proposes is open here now.</source>
            <translation>它较新：本机现已采用它提议的内容。</translation>
        </message>
        <message>
            <source>Its signatures are lost; what is published stays.</source>
            <translation>已有签名将丢失；已发布的内容不变。</translation>
        </message>
        <message>
            <source>Join</source>
            <translation>加入</translation>
        </message>
        <message>
            <source>Join a maker</source>
            <translation>加入厂商</translation>
        </message>
        <message>
            <source>Join with a file…</source>
            <translation>用文件加入…</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>Key</source>
            <translation>密钥</translation>
        </message>
        <message>
            <source>Known issues</source>
            <translation>已知问题</translation>
        </message>
        <message>
            <source>Known issues…</source>
            <translation>已知问题…</translation>
        </message>
        <message>
            <source>Look again</source>
            <translation>重新查看</translation>
        </message>
        <message>
            <source>Look at everything again</source>
            <translation>全部重新检查</translation>
        </message>
        <message>
            <source>Lowest version before it</source>
            <translation>所需最低版本</translation>
        </message>
        <message>
            <source>Lowest version it may be installed over</source>
            <translation>可升级的最低版本</translation>
        </message>
        <message>
            <source>Measure patches</source>
            <translation>测量补丁</translation>
        </message>
        <message>
            <source>Measuring patches</source>
            <translation>正在测量补丁</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>型号</translation>
        </message>
        <message>
            <source>More</source>
            <translation>更多</translation>
        </message>
        <message>
            <source>Must be mended</source>
            <translation>必须更正</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>Name and reason are signed and published with the week.</source>
            <translation>姓名和理由会随本周一起签名并发布。</translation>
        </message>
        <message>
            <source>No home installs it any more, once this week is signed and published. A recall stays for good.</source>
            <translation>本周签名并发布后，所有家庭都不再安装它。召回永久有效。</translation>
        </message>
        <message>
            <source>No image has a published version before it.</source>
            <translation>没有任何映像有已发布的前一版本。</translation>
        </message>
        <message>
            <source>No signature came with it.</source>
            <translation>没有随附任何签名。</translation>
        </message>
        <message>
            <source>No week is open</source>
            <translation>目前没有正在准备的一周</translation>
        </message>
        <message>
            <source>Notes…</source>
            <translation>更新说明…</translation>
        </message>
        <message>
            <source>Nothing changes yet.</source>
            <translation>目前没有任何改动。</translation>
        </message>
        <message>
            <source>Nothing changes yet: replace a key, or add or remove a signer (More).</source>
            <translation>目前没有任何改动：请在“更多”中替换密钥，或添加、移除签名人。</translation>
        </message>
        <message>
            <source>Nothing is open.</source>
            <translation>没有正在准备的内容。</translation>
        </message>
        <message>
            <source>Nothing stands in the way: headers, versions, sizes, notes.</source>
            <translation>没有问题：文件头、版本、大小和说明均已检查。</translation>
        </message>
        <message>
            <source>Number of signatures</source>
            <translation>签名数量</translation>
        </message>
        <message>
            <source>Number of signatures…</source>
            <translation>签名数量…</translation>
        </message>
        <message>
            <source>Numbers of reports, one in each line</source>
            <translation>反馈编号，每行一个</translation>
        </message>
        <message>
            <source>One can go back after it</source>
            <translation>安装后可以退回</translation>
        </message>
        <message>
            <source>Only of these models</source>
            <translation>仅限这些型号</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>打开</translation>
        </message>
        <message>
            <source>Open a week</source>
            <translation>打开一周</translation>
        </message>
        <message>
            <source>Open a week…</source>
            <translation>打开一周…</translation>
        </message>
        <message>
            <source>Open the next week, or take in a file that another key holder sent you.</source>
            <translation>请打开下一周，或接收其他密钥持有人发来的文件。</translation>
        </message>
        <message>
            <source>Opens (UTC)</source>
            <translation>开放时间（UTC）</translation>
        </message>
        <message>
            <source>Opens the event that takes the published week back. It is signed and published like a week; then no home installs anything of it.</source>
            <translation>打开一个撤回已发布周的签名事件。它与普通一周一样签名并发布；此后所有家庭都不再安装其中任何内容。</translation>
        </message>
        <message>
            <source>Orange</source>
            <translation>橙色频道</translation>
        </message>
        <message>
            <source>Patches</source>
            <translation>补丁</translation>
        </message>
        <message>
            <source>Path</source>
            <translation>路径</translation>
        </message>
        <message>
            <source>Per cent of the homes</source>
            <translation>家庭百分比</translation>
        </message>
        <message>
            <source>Problems that this week still has, in both languages.</source>
            <translation>本周仍存在的问题，用两种语言说明。</translation>
        </message>
        <message>
            <source>Product line</source>
            <translation>产品线</translation>
        </message>
        <message>
            <source>Product lines</source>
            <translation>产品线</translation>
        </message>
        <message>
            <source>Public half of the new key (.pub)</source>
            <translation>新密钥的公钥文件 (.pub)</translation>
        </message>
        <message>
            <source>Public keys (*.pub)</source>
            <translation>公钥 (*.pub)</translation>
        </message>
        <message>
            <source>Publish</source>
            <translation>发布</translation>
        </message>
        <message>
            <source>Publish…</source>
            <translation>发布…</translation>
        </message>
        <message>
            <source>Read it to whoever joins; it stands on the ceremony's sheet.</source>
            <translation>请读给要加入的人听；它印在密钥仪式的记录单上。</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>理由</translation>
        </message>
        <message>
            <source>Recall</source>
            <translation>召回</translation>
        </message>
        <message>
            <source>Recall an image</source>
            <translation>召回映像</translation>
        </message>
        <message>
            <source>Recall an image…</source>
            <translation>召回映像…</translation>
        </message>
        <message>
            <source>Release</source>
            <translation>发布</translation>
        </message>
        <message>
            <source>Release counter</source>
            <translation>发布计数</translation>
        </message>
        <message>
            <source>Release counter (empty: the next one)</source>
            <translation>发布计数（留空：自动递增）</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Remove a signer</source>
            <translation>移除签名人</translation>
        </message>
        <message>
            <source>Remove a signer…</source>
            <translation>移除签名人…</translation>
        </message>
        <message>
            <source>Replace</source>
            <translation>替换</translation>
        </message>
        <message>
            <source>Replace a key</source>
            <translation>替换密钥</translation>
        </message>
        <message>
            <source>Replace a key…</source>
            <translation>替换密钥…</translation>
        </message>
        <message>
            <source>Replace, add or remove keys, or renew what soon ends; nothing else is published.</source>
            <translation>替换、添加或移除密钥，或续期即将到期的内容；不发布其他内容。</translation>
        </message>
        <message>
            <source>Reports answered</source>
            <translation>已回应的反馈</translation>
        </message>
        <message>
            <source>Reports answered…</source>
            <translation>已回应的反馈…</translation>
        </message>
        <message>
            <source>Ring</source>
            <translation>批次</translation>
        </message>
        <message>
            <source>Ring {name}: {count} devices, {percent} % from {when}</source>
            <translation>批次 {name}：{count} 台设备，自 {when} 起 {percent}%</translation>
        </message>
        <message>
            <source>Rings</source>
            <translation>批次</translation>
        </message>
        <message>
            <source>Rings…</source>
            <translation>批次…</translation>
        </message>
        <message>
            <source>Role</source>
            <translation>角色</translation>
        </message>
        <message>
            <source>Root of the bundle files</source>
            <translation>离线包的根</translation>
        </message>
        <message>
            <source>Root: who signs what</source>
            <translation>根：谁可以为什么签名</translation>
        </message>
        <message>
            <source>Seconds until it is back after the restart</source>
            <translation>重启后恢复所需秒数</translation>
        </message>
        <message>
            <source>Send as a file</source>
            <translation>以文件发送</translation>
        </message>
        <message>
            <source>Send as a file…</source>
            <translation>以文件发送…</translation>
        </message>
        <message numerus="yes">
            <source>Show all %n</source>
            <translation>
                <numerusform>显示全部 %n 项</numerusform>
            </translation>
        </message>
        <message>
            <source>Show fewer</source>
            <translation>收起</translation>
        </message>
        <message>
            <source>Sign</source>
            <translation>签名</translation>
        </message>
        <message>
            <source>Sign its digest with the week</source>
            <translation>将其摘要随本周一起签名</translation>
        </message>
        <message>
            <source>Sign the timestamp</source>
            <translation>签署时间戳</translation>
        </message>
        <message>
            <source>Sign the timestamp…</source>
            <translation>签署时间戳…</translation>
        </message>
        <message>
            <source>Sign with my key</source>
            <translation>用我的密钥签名</translation>
        </message>
        <message>
            <source>Sign with my key…</source>
            <translation>用我的密钥签名…</translation>
        </message>
        <message>
            <source>Signatures</source>
            <translation>签名</translation>
        </message>
        <message>
            <source>Signatures that were taken:</source>
            <translation>已采用的签名：</translation>
        </message>
        <message>
            <source>Signed chunks</source>
            <translation>已签名的分块</translation>
        </message>
        <message>
            <source>Signed completely: publish it with the online keys.</source>
            <translation>签名已齐全：请用在线密钥发布。</translation>
        </message>
        <message>
            <source>Signs all that this key may sign and you see here. The key is used in a process of its own, which ends; it never comes into this window.</source>
            <translation>为此密钥有权签名且您在此看到的所有内容签名。密钥只在单独的进程中使用，用完即退出，绝不进入本窗口。</translation>
        </message>
        <message>
            <source>Simulate</source>
            <translation>模拟</translation>
        </message>
        <message>
            <source>Simulate an inventory</source>
            <translation>用设备清单模拟</translation>
        </message>
        <message>
            <source>Simulate an inventory…</source>
            <translation>用设备清单模拟…</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>Snapshot (online)</source>
            <translation>快照（在线）</translation>
        </message>
        <message>
            <source>Snapshot of bundle files (online)</source>
            <translation>离线包的快照（在线）</translation>
        </message>
        <message numerus="yes">
            <source>Somebody has to answer for %n finding(s) before anybody signs.</source>
            <translation>
                <numerusform>签名之前，需要有人为 %n 个检查结果说明理由。</numerusform>
            </translation>
        </message>
        <message>
            <source>Stable</source>
            <translation>稳定频道</translation>
        </message>
        <message>
            <source>Stops the week</source>
            <translation>阻止本周发布</translation>
        </message>
        <message>
            <source>Take a file</source>
            <translation>接收文件</translation>
        </message>
        <message>
            <source>Take a file…</source>
            <translation>接收文件…</translation>
        </message>
        <message>
            <source>Take it</source>
            <translation>接收</translation>
        </message>
        <message>
            <source>The daily timestamp ends or has ended: homes are told so. Sign it anew.</source>
            <translation>每日时间戳即将到期或已到期，家庭会收到提示。请重新签署。</translation>
        </message>
        <message>
            <source>The fingerprint of the first root stands on the sheet of the key ceremony. Have it read to you: do not take it from the mail that brought the file.</source>
            <translation>首个根的指纹印在密钥仪式的记录单上。请让对方读给您听，不要采用随文件邮件发来的指纹。</translation>
        </message>
        <message>
            <source>The key may sign no longer when this event is published.</source>
            <translation>此签名事件发布后，该密钥不能再签名。</translation>
        </message>
        <message>
            <source>The key may sign when this event is published.</source>
            <translation>此签名事件发布后，该密钥可以签名。</translation>
        </message>
        <message>
            <source>The week</source>
            <translation>本周</translation>
        </message>
        <message>
            <source>The week has no images yet.</source>
            <translation>本周还没有映像。</translation>
        </message>
        <message>
            <source>This folder cannot be shown</source>
            <translation>无法显示此文件夹</translation>
        </message>
        <message>
            <source>This folder is not a release folder yet</source>
            <translation>此文件夹还不是发布文件夹</translation>
        </message>
        <message>
            <source>Timestamp (online, daily)</source>
            <translation>时间戳（在线，每日）</translation>
        </message>
        <message>
            <source>Timestamp of bundle files (online)</source>
            <translation>离线包的时间戳（在线）</translation>
        </message>
        <message>
            <source>To be read</source>
            <translation>请阅读</translation>
        </message>
        <message>
            <source>Vendor</source>
            <translation>厂商</translation>
        </message>
        <message>
            <source>Version</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>Week</source>
            <translation>周</translation>
        </message>
        <message>
            <source>Week, as 2026-W48</source>
            <translation>周，如 2026-W48</translation>
        </message>
        <message>
            <source>What a file's own header says can be left empty.</source>
            <translation>文件头中已有的内容可以留空。</translation>
        </message>
        <message>
            <source>What came</source>
            <translation>收到的内容</translation>
        </message>
        <message>
            <source>What is new</source>
            <translation>更新说明</translation>
        </message>
        <message>
            <source>What is open and its signatures so far, for the other key holders: by mail, stick or as you like. Nothing in it is secret, and nothing in it is believed unread.</source>
            <translation>正在准备的内容和目前的签名，交给其他密钥持有人：可用邮件、U 盘等任何方式。其中没有秘密，对方也会逐项核对，不会盲目相信。</translation>
        </message>
        <message>
            <source>What it proposes is worked out anew here and each signature is verified before it is kept.</source>
            <translation>文件提议的内容会在本机重新计算，每个签名都经验证后才保存。</translation>
        </message>
        <message>
            <source>What ships: Orange</source>
            <translation>发布内容：Orange</translation>
        </message>
        <message>
            <source>What ships: Stable</source>
            <translation>发布内容：Stable</translation>
        </message>
        <message>
            <source>What the bytes are: {line}</source>
            <translation>映像内容：{line}</translation>
        </message>
        <message>
            <source>What this changes</source>
            <translation>改动内容</translation>
        </message>
        <message>
            <source>Who answers for it</source>
            <translation>由谁负责</translation>
        </message>
        <message>
            <source>Who gets what</source>
            <translation>谁会得到什么</translation>
        </message>
        <message>
            <source>Who gets what and when, who is skipped and why.</source>
            <translation>谁在何时得到什么，谁被跳过以及原因。</translation>
        </message>
        <message>
            <source>Who reported it is thanked and told that this week mends it.</source>
            <translation>系统会感谢反馈者，并告知本周已修复。</translation>
        </message>
        <message>
            <source>Why (Chinese)</source>
            <translation>原因（中文）</translation>
        </message>
        <message>
            <source>Why (English)</source>
            <translation>原因（英文）</translation>
        </message>
        <message>
            <source>With the images: who signs can look at them</source>
            <translation>附带映像：签名人可以查看</translation>
        </message>
        <message>
            <source>Withdraw a week</source>
            <translation>撤回一周</translation>
        </message>
        <message>
            <source>Withdraw a week…</source>
            <translation>撤回一周…</translation>
        </message>
        <message>
            <source>Write</source>
            <translation>写入</translation>
        </message>
        <message>
            <source>Write a bundle file</source>
            <translation>写入离线包</translation>
        </message>
        <message>
            <source>Write a bundle file…</source>
            <translation>写入离线包…</translation>
        </message>
        <message>
            <source>Write the file</source>
            <translation>写入文件</translation>
        </message>
        <message>
            <source>Write what is new, in both languages.</source>
            <translation>请用两种语言写更新说明。</translation>
        </message>
        <message>
            <source>Writes plain files to the folder mirror, the timestamp last. From then on homes that look there have what is open now.</source>
            <translation>把普通文件写入 mirror 文件夹，最后写时间戳。此后查看那里的家庭都会得到现在准备的内容。</translation>
        </message>
        <message>
            <source>Written: {file}</source>
            <translation>已写入：{file}</translation>
        </message>
        <message>
            <source>any hardware</source>
            <translation>任意硬件</translation>
        </message>
        <message>
            <source>at once</source>
            <translation>立即</translation>
        </message>
        <message>
            <source>can still sign: {names}</source>
            <translation>还可签名：{names}</translation>
        </message>
        <message>
            <source>ended on {day}</source>
            <translation>已于 {day} 到期</translation>
        </message>
        <message>
            <source>from {when} for {percent} % of the homes</source>
            <translation>自 {when} 起覆盖 {percent}% 的家庭</translation>
        </message>
        <message>
            <source>no notes in {language}</source>
            <translation>缺少{language}说明</translation>
        </message>
        <message>
            <source>no way back</source>
            <translation>不能退回</translation>
        </message>
        <message>
            <source>nobody yet</source>
            <translation>尚无人</translation>
        </message>
        <message>
            <source>notes in {language}</source>
            <translation>{language}说明已写</translation>
        </message>
        <message>
            <source>of the keys until now {have} of {need}</source>
            <translation>原有密钥 {have}/{need}</translation>
        </message>
        <message>
            <source>one can go back</source>
            <translation>可以退回</translation>
        </message>
        <message>
            <source>opened {when}</source>
            <translation>打开于 {when}</translation>
        </message>
        <message>
            <source>others</source>
            <translation>其他人</translation>
        </message>
        <message>
            <source>signed by {names}</source>
            <translation>已签名：{names}</translation>
        </message>
        <message>
            <source>simulated</source>
            <translation>已模拟</translation>
        </message>
        <message>
            <source>takes the week back</source>
            <translation>撤回该周</translation>
        </message>
        <message>
            <source>valid until {day}</source>
            <translation>有效期至 {day}</translation>
        </message>
        <message>
            <source>version {number}</source>
            <translation>版本 {number}</translation>
        </message>
        <message>
            <source>{count} of {size}</source>
            <translation>{count} 块，每块 {size}</translation>
        </message>
        <message>
            <source>{gets} of {devices} devices get something of {week}.</source>
            <translation>{devices} 台设备中有 {gets} 台会得到 {week} 的内容。</translation>
        </message>
        <message>
            <source>{have} of {need}</source>
            <translation>{have}/{need}</translation>
        </message>
        <message>
            <source>{names} can still sign {role}.</source>
            <translation>{names} 还可为{role}签名。</translation>
        </message>
        <message>
            <source>{names} or {last}</source>
            <translation>{names}或{last}</translation>
        </message>
        <message>
            <source>{person} answers for it: {reason}</source>
            <translation>{person} 已说明理由：{reason}</translation>
        </message>
    </context>
    <context>
        <name>Report</name>
        <message numerus="yes">
            <source>%n home(s) have it</source>
            <translation>
                <numerusform>%n 个家庭有同样的问题</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n line(s)</source>
            <translation>
                <numerusform>%n 行</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n minute(s)</source>
            <translation>
                <numerusform>%n 分钟</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n older one(s) left out</source>
            <translation>
                <numerusform>省略了 %n 条较早的</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n value(s) replaced</source>
            <translation>
                <numerusform>替换了 %n 个值</numerusform>
            </translation>
        </message>
        <message>
            <source>A door or a lock</source>
            <translation>门或门锁</translation>
        </message>
        <message>
            <source>About</source>
            <translation>关于</translation>
        </message>
        <message>
            <source>Add a file</source>
            <translation>添加文件</translation>
        </message>
        <message>
            <source>Add a file…</source>
            <translation>添加文件…</translation>
        </message>
        <message>
            <source>Always</source>
            <translation>总是</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>返回</translation>
        </message>
        <message>
            <source>Beside these bytes: {files}</source>
            <translation>除这些字节外还有：{files}</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Effect</source>
            <translation>影响</translation>
        </message>
        <message>
            <source>Exactly what is sent</source>
            <translation>将发送的确切内容</translation>
        </message>
        <message>
            <source>Files</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>For how long</source>
            <translation>录制时长</translation>
        </message>
        <message>
            <source>From this house</source>
            <translation>来自本家庭</translation>
        </message>
        <message>
            <source>Gas</source>
            <translation>燃气</translation>
        </message>
        <message>
            <source>Gathering…</source>
            <translation>正在收集…</translation>
        </message>
        <message>
            <source>Good. Nothing was sent.</source>
            <translation>好的，没有发送任何内容。</translation>
        </message>
        <message>
            <source>How often</source>
            <translation>发生频率</translation>
        </message>
        <message>
            <source>How well it is heard</source>
            <translation>信号强度</translation>
        </message>
        <message>
            <source>If you can make it happen again: record it meanwhile. The device says more, for ten minutes at most, and is put back as it was, whatever happens.</source>
            <translation>如果能再次重现：请同时录制。设备会输出更多信息，最长十分钟，无论如何都会恢复原状。</translation>
        </message>
        <message>
            <source>Is it a wish of many? Ideas are voted for in the community.</source>
            <translation>这是许多人的愿望吗？可在社区中为建议投票。</translation>
        </message>
        <message>
            <source>Is something dangerous?</source>
            <translation>是否有危险？</translation>
        </message>
        <message>
            <source>It annoys me</source>
            <translation>令人烦恼</translation>
        </message>
        <message>
            <source>It cannot be made to say more: it is only listened to.</source>
            <translation>无法让它输出更多：仅监听。</translation>
        </message>
        <message>
            <source>It did not say how much it says now: it is only listened to.</source>
            <translation>它没有说明当前的输出级别：仅监听。</translation>
        </message>
        <message>
            <source>It gets hot</source>
            <translation>发热</translation>
        </message>
        <message>
            <source>It says as much as it can already.</source>
            <translation>它已在输出全部信息。</translation>
        </message>
        <message>
            <source>Its last messages</source>
            <translation>设备最近的消息</translation>
        </message>
        <message>
            <source>Its updates, step by step</source>
            <translation>设备的更新步骤</translation>
        </message>
        <message>
            <source>Keep as draft</source>
            <translation>存为草稿</translation>
        </message>
        <message>
            <source>Kept, and sent as soon as the hub answers</source>
            <translation>已保存，反馈服务器一有应答即发送</translation>
        </message>
        <message>
            <source>Known problems that it is one of</source>
            <translation>它所属的已知问题</translation>
        </message>
        <message>
            <source>Known: {title}</source>
            <translation>已知问题：{title}</translation>
        </message>
        <message>
            <source>Less</source>
            <translation>收起</translation>
        </message>
        <message>
            <source>Look at it</source>
            <translation>查看</translation>
        </message>
        <message>
            <source>Look at the ideas</source>
            <translation>查看建议</translation>
        </message>
        <message>
            <source>Looks like one of these?</source>
            <translation>是否与以下某项相同？</translation>
        </message>
        <message>
            <source>More</source>
            <translation>更多</translation>
        </message>
        <message numerus="yes">
            <source>Names, Wi-Fi, addresses and passwords are replaced: %n place(s)</source>
            <translation>
                <numerusform>名称、Wi-Fi、地址和密码已被替换：共 %n 处</numerusform>
            </translation>
        </message>
        <message>
            <source>Next: see what is sent</source>
            <translation>下一步：查看将发送的内容</translation>
        </message>
        <message>
            <source>Next: what goes along</source>
            <translation>下一步：附带内容</translation>
        </message>
        <message>
            <source>Not mine after all</source>
            <translation>其实不是我的问题</translation>
        </message>
        <message>
            <source>Nothing</source>
            <translation>没有</translation>
        </message>
        <message>
            <source>Often</source>
            <translation>经常</translation>
        </message>
        <message>
            <source>Once so far</source>
            <translation>目前只有一次</translation>
        </message>
        <message>
            <source>Or drop files onto this window.</source>
            <translation>也可将文件拖到此窗口。</translation>
        </message>
        <message>
            <source>Over. It is being put back as it was.</source>
            <translation>已结束，正在恢复原状。</translation>
        </message>
        <message>
            <source>Paste a picture</source>
            <translation>粘贴图片</translation>
        </message>
        <message>
            <source>Praise</source>
            <translation>表扬</translation>
        </message>
        <message>
            <source>Problem</source>
            <translation>问题</translation>
        </message>
        <message>
            <source>Question</source>
            <translation>疑问</translation>
        </message>
        <message>
            <source>Record</source>
            <translation>录制</translation>
        </message>
        <message>
            <source>Record it now</source>
            <translation>立即录制</translation>
        </message>
        <message>
            <source>Recording: {left} left</source>
            <translation>录制中：还剩 {left}</translation>
        </message>
        <message>
            <source>Remove {file}</source>
            <translation>移除 {file}</translation>
        </message>
        <message>
            <source>Replace them</source>
            <translation>替换</translation>
        </message>
        <message>
            <source>Report a problem</source>
            <translation>报告问题</translation>
        </message>
        <message>
            <source>Send</source>
            <translation>发送</translation>
        </message>
        <message>
            <source>Send them as they are</source>
            <translation>按原样发送</translation>
        </message>
        <message>
            <source>Since version</source>
            <translation>自哪个版本起</translation>
        </message>
        <message>
            <source>Smoke or fire</source>
            <translation>冒烟或起火</translation>
        </message>
        <message>
            <source>Something else</source>
            <translation>其他</translation>
        </message>
        <message>
            <source>Something no longer works</source>
            <translation>某项功能不再可用</translation>
        </message>
        <message>
            <source>Step {number} of {all}: {word}</source>
            <translation>第 {number} 步，共 {all} 步：{word}</translation>
        </message>
        <message>
            <source>Steps that lead to it</source>
            <translation>重现步骤</translation>
        </message>
        <message>
            <source>Still send</source>
            <translation>仍然发送</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Text and pictures: at most {most} files of {largest} each, {all} together. Names, addresses and passwords in text are replaced, what a picture says of place and time is left out.</source>
            <translation>文本和图片：最多 {most} 个文件，每个不超过 {largest}，合计不超过 {all}。文本中的名称、地址和密码会被替换，图片中的地点和时间信息会被去除。</translation>
        </message>
        <message>
            <source>That helped: nothing to send</source>
            <translation>有帮助：无需发送</translation>
        </message>
        <message>
            <source>The device is dead</source>
            <translation>设备完全不工作</translation>
        </message>
        <message>
            <source>The device: model, versions, readings</source>
            <translation>设备：型号、版本、读数</translation>
        </message>
        <message>
            <source>The house or this program</source>
            <translation>整个家庭或本程序</translation>
        </message>
        <message>
            <source>There is no picture to paste: copy one first.</source>
            <translation>没有可粘贴的图片：请先复制一张。</translation>
        </message>
        <message>
            <source>These are the bytes, none more and none less. Marked: a word that stands in place of a name, an address or a password.</source>
            <translation>这些就是将发送的字节，不多也不少。有底色的词代替了名称、地址或密码。</translation>
        </message>
        <message>
            <source>This is mine</source>
            <translation>这就是我的问题</translation>
        </message>
        <message>
            <source>This looks like a name, an address or a password: {words}. It would be sent.</source>
            <translation>这看起来像是名称、地址或密码：{words}。它会被发送。</translation>
        </message>
        <message>
            <source>This program and this computer's system</source>
            <translation>本程序和这台电脑的系统</translation>
        </message>
        <message>
            <source>Title</source>
            <translation>标题</translation>
        </message>
        <message>
            <source>Until then: {text}</source>
            <translation>在此之前：{text}</translation>
        </message>
        <message>
            <source>What does it do to you?</source>
            <translation>对您有什么影响？</translation>
        </message>
        <message>
            <source>What goes along</source>
            <translation>附带内容</translation>
        </message>
        <message>
            <source>What happened</source>
            <translation>发生了什么</translation>
        </message>
        <message>
            <source>What happened?</source>
            <translation>发生了什么？</translation>
        </message>
        <message>
            <source>What is between it and the broker</source>
            <translation>它与消息代理之间的设备</translation>
        </message>
        <message>
            <source>What this program said of late</source>
            <translation>本程序最近的日志</translation>
        </message>
        <message>
            <source>What was recorded of it</source>
            <translation>为它录制的内容</translation>
        </message>
        <message>
            <source>What you expected</source>
            <translation>您原本期望的结果</translation>
        </message>
        <message>
            <source>Wish</source>
            <translation>建议</translation>
        </message>
        <message>
            <source>being sent</source>
            <translation>正在发送</translation>
        </message>
        <message>
            <source>deleted by the makers</source>
            <translation>已被厂商删除</translation>
        </message>
        <message>
            <source>draft saved {time}</source>
            <translation>草稿已于 {time} 保存</translation>
        </message>
        <message>
            <source>fix planned for {week}</source>
            <translation>计划在{week}修复</translation>
        </message>
        <message>
            <source>from this home</source>
            <translation>来自本家庭</translation>
        </message>
        <message>
            <source>goes along</source>
            <translation>将一并发送</translation>
        </message>
        <message>
            <source>it could not be read ({fact})</source>
            <translation>无法读取（{fact}）</translation>
        </message>
        <message>
            <source>no device is chosen</source>
            <translation>未选择设备</translation>
        </message>
        <message>
            <source>not collected: {why}</source>
            <translation>未收集：{why}</translation>
        </message>
        <message>
            <source>not said</source>
            <translation>未说明</translation>
        </message>
        <message>
            <source>not taken</source>
            <translation>未被接受</translation>
        </message>
        <message>
            <source>one a line</source>
            <translation>每行一步</translation>
        </message>
        <message>
            <source>solved</source>
            <translation>已解决</translation>
        </message>
        <message>
            <source>the draft could not be saved</source>
            <translation>草稿未能保存</translation>
        </message>
        <message>
            <source>there is none here</source>
            <translation>这里没有</translation>
        </message>
        <message>
            <source>waits to be sent</source>
            <translation>等待发送</translation>
        </message>
        <message>
            <source>will not be changed</source>
            <translation>不会更改</translation>
        </message>
        <message>
            <source>with the makers</source>
            <translation>已送达厂商</translation>
        </message>
        <message>
            <source>with the makers, being looked through</source>
            <translation>已送达厂商，正在检查</translation>
        </message>
        <message>
            <source>{sent} of {size}</source>
            <translation>{sent}，共 {size}</translation>
        </message>
    </context>
    <context>
        <name>Reports</name>
        <message numerus="yes">
            <source>%n action(s) saved. All of it still waits here.</source>
            <translation>
                <numerusform>已保存 %n 项操作。它们仍在此等待发送。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n home(s) have it</source>
            <translation>
                <numerusform>%n 个家庭有同样的问题</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n popcorn point(s)</source>
            <translation>
                <numerusform>%n 颗爆米花</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n report(s) could not be sent for {span}. You can save them as a file, signed by this house, and carry it to any computer that reaches the hub.</source>
            <translation>
                <numerusform>%n 份反馈已有 {span} 无法发送。您可以将其保存为由本家庭签名的文件，带到任何能连上反馈服务器的电脑上。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n report(s) not sent yet, for {span}</source>
            <translation>
                <numerusform>%n 份反馈已有 {span} 未能发送</numerusform>
            </translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Answered</source>
            <translation>已答复</translation>
        </message>
        <message>
            <source>Confirmed</source>
            <translation>已确认</translation>
        </message>
        <message>
            <source>Enter an invitation code</source>
            <translation>输入邀请码</translation>
        </message>
        <message>
            <source>Fine</source>
            <translation>还行</translation>
        </message>
        <message>
            <source>Fixed</source>
            <translation>已修复</translation>
        </message>
        <message>
            <source>Fixed in {week}</source>
            <translation>{week}修复</translation>
        </message>
        <message>
            <source>Fixed in {week}{version}, on {device} since {time}. Is it fixed for you?</source>
            <translation>已在{week}{version}中修复，{time} 起已运行在{device}上。对您来说修复了吗？</translation>
        </message>
        <message>
            <source>Fixed in {week}{version}. You are asked once it runs on {device}.</source>
            <translation>已在{week}修复{version}。它在 {device} 上运行后会请您确认。</translation>
        </message>
        <message>
            <source>Go on writing</source>
            <translation>继续填写</translation>
        </message>
        <message>
            <source>How good is the fix?</source>
            <translation>这个修复怎么样？</translation>
        </message>
        <message>
            <source>It is fixed for me</source>
            <translation>我这里已修复</translation>
        </message>
        <message>
            <source>It is kept here and goes out by itself. Nothing is lost.</source>
            <translation>反馈已保存在这里，稍后会自动发送，不会丢失。</translation>
        </message>
        <message>
            <source>It is kept here. To send it, enrol with an invitation code of your hub.</source>
            <translation>反馈已保存在这里。请先用邀请码加入反馈服务器再发送。</translation>
        </message>
        <message>
            <source>No reports yet</source>
            <translation>还没有反馈</translation>
        </message>
        <message>
            <source>Not enrolled yet: reports wait here until you are</source>
            <translation>尚未加入：反馈会保存在这里，等您加入后再发送</translation>
        </message>
        <message>
            <source>Not fixed</source>
            <translation>没有修复</translation>
        </message>
        <message>
            <source>Popcorn!</source>
            <translation>爆米花！</translation>
        </message>
        <message>
            <source>Reply</source>
            <translation>回复</translation>
        </message>
        <message>
            <source>Report</source>
            <translation>反馈</translation>
        </message>
        <message>
            <source>Report a problem</source>
            <translation>报告问题</translation>
        </message>
        <message>
            <source>Reports</source>
            <translation>反馈</translation>
        </message>
        <message>
            <source>Save as a file to carry</source>
            <translation>保存为可携带的文件</translation>
        </message>
        <message>
            <source>Save as a file to carry…</source>
            <translation>保存为可携带的文件…</translation>
        </message>
        <message>
            <source>Seen</source>
            <translation>已查看</translation>
        </message>
        <message>
            <source>Send reply</source>
            <translation>发送回复</translation>
        </message>
        <message>
            <source>Sent</source>
            <translation>已发送</translation>
        </message>
        <message>
            <source>Take the hub's receipt</source>
            <translation>读取反馈服务器回执</translation>
        </message>
        <message>
            <source>Take the hub's receipt…</source>
            <translation>读取反馈服务器回执…</translation>
        </message>
        <message>
            <source>Thank you. The engineers hear it.</source>
            <translation>谢谢，工程师会看到。</translation>
        </message>
        <message>
            <source>Thank you. The makers are told.</source>
            <translation>谢谢，已告知厂商。</translation>
        </message>
        <message>
            <source>The hub has it: it waits no more.</source>
            <translation>反馈服务器已收到：不再等待。</translation>
        </message>
        <message>
            <source>The makers need to know more. Their clocks stand still until you answer.</source>
            <translation>厂商需要了解更多情况。在您回答之前，他们的计时暂停。</translation>
        </message>
        <message>
            <source>This is a draft: only you can see it.</source>
            <translation>这是草稿：只有您能看到。</translation>
        </message>
        <message>
            <source>Try now</source>
            <translation>立即重试</translation>
        </message>
        <message>
            <source>Untitled</source>
            <translation>无标题</translation>
        </message>
        <message>
            <source>When something hurts, press Ctrl+B: you see exactly what is sent, and here you see who has seen it.</source>
            <translation>遇到问题时请按 Ctrl+B：您能看到将要发送的全部内容，也能在这里看到谁已查看。</translation>
        </message>
        <message>
            <source>Write a reply…</source>
            <translation>写回复…</translation>
        </message>
        <message>
            <source>You</source>
            <translation>您</translation>
        </message>
        <message>
            <source>Your invitation waits for the hub</source>
            <translation>邀请码正等待反馈服务器确认</translation>
        </message>
        <message>
            <source>Your reports</source>
            <translation>您的反馈</translation>
        </message>
        <message>
            <source>for you too?</source>
            <translation>您这里修复了吗？</translation>
        </message>
        <message>
            <source>the house</source>
            <translation>整个家庭</translation>
        </message>
        <message>
            <source>waiting to be sent</source>
            <translation>等待发送</translation>
        </message>
        <message>
            <source>your device</source>
            <translation>您的设备</translation>
        </message>
        <message>
            <source>{size} were sent</source>
            <translation>已发送 {size}</translation>
        </message>
        <message>
            <source>{size} will be sent</source>
            <translation>将发送 {size}</translation>
        </message>
    </context>
    <context>
        <name>Said</name>
        <message>
            <source>Nothing yet. What is told for a moment stays here.</source>
            <translation>暂无消息。短暂提示过的内容会保留在这里。</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>查看</translation>
        </message>
        <message>
            <source>Show: {what}</source>
            <translation>查看：{what}</translation>
        </message>
        <message>
            <source>Undo: {what}</source>
            <translation>撤销：{what}</translation>
        </message>
        <message>
            <source>What was said</source>
            <translation>消息记录</translation>
        </message>
        <message>
            <source>{when}, undone</source>
            <translation>{when}，已撤销</translation>
        </message>
    </context>
    <context>
        <name>SaveWeek</name>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Open it</source>
            <translation>打开</translation>
        </message>
        <message>
            <source>Save the week</source>
            <translation>保存本周</translation>
        </message>
        <message>
            <source>Saved: {file}</source>
            <translation>已保存：{file}</translation>
        </message>
        <message>
            <source>Save…</source>
            <translation>保存…</translation>
        </message>
        <message>
            <source>The week on paper</source>
            <translation>打印本周</translation>
        </message>
        <message>
            <source>What is new, the files, who signed them, and how it went, as a PDF. To print it, open it and print it there.</source>
            <translation>把新内容、文件、签名者和结果保存为 PDF。要打印，请打开后在那里打印。</translation>
        </message>
        <message>
            <source>With what became of my devices, by name</source>
            <translation>包含我的设备的结果（含名称）</translation>
        </message>
    </context>
    <context>
        <name>Send</name>
        <message numerus="yes">
            <source>%n message(s) came back within five seconds.</source>
            <translation>
                <numerusform>五秒内收到 %n 条回应。</numerusform>
            </translation>
        </message>
        <message>
            <source>0, at most once</source>
            <translation>0，至多一次</translation>
        </message>
        <message>
            <source>1, at least once</source>
            <translation>1，至少一次</translation>
        </message>
        <message>
            <source>2, exactly once</source>
            <translation>2，恰好一次</translation>
        </message>
        <message>
            <source>An empty message that is kept: the broker forgets the topic.</source>
            <translation>一条空的保留消息：消息代理会忘记该主题。</translation>
        </message>
        <message>
            <source>As it fits</source>
            <translation>自动选择</translation>
        </message>
        <message>
            <source>Broker</source>
            <translation>消息代理</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>JSON, and well formed.</source>
            <translation>JSON，格式正确。</translation>
        </message>
        <message>
            <source>Name to save it under</source>
            <translation>保存名称</translation>
        </message>
        <message>
            <source>Not JSON: line {line}, column {column}: {words}</source>
            <translation>不是有效的 JSON：第 {line} 行第 {column} 列：{words}</translation>
        </message>
        <message>
            <source>Nothing came back within five seconds.</source>
            <translation>五秒内没有回应。</translation>
        </message>
        <message>
            <source>Payload</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>Quality of service</source>
            <translation>服务质量</translation>
        </message>
        <message>
            <source>Remember the chosen message no longer</source>
            <translation>不再保存所选消息</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>Saved as {name}.</source>
            <translation>已保存为 {name}。</translation>
        </message>
        <message>
            <source>Saved messages</source>
            <translation>已保存的消息</translation>
        </message>
        <message>
            <source>Send</source>
            <translation>发送</translation>
        </message>
        <message>
            <source>Send a message</source>
            <translation>发送消息</translation>
        </message>
        <message>
            <source>Sent as it is written.</source>
            <translation>将按原文发送。</translation>
        </message>
        <message>
            <source>Sent at {time} to {broker}. What comes back is shown here.</source>
            <translation>已于 {time} 发送到 {broker}。回应会显示在这里。</translation>
        </message>
        <message>
            <source>The broker keeps it</source>
            <translation>由消息代理保留</translation>
        </message>
        <message>
            <source>Topic</source>
            <translation>主题</translation>
        </message>
        <message>
            <source>What came back</source>
            <translation>收到的回应</translation>
        </message>
        <message>
            <source>Yes, send it</source>
            <translation>是的，发送</translation>
        </message>
    </context>
    <context>
        <name>Settings</name>
        <message>
            <source>About</source>
            <translation>关于</translation>
        </message>
        <message>
            <source>Add a maker…</source>
            <translation>添加厂商…</translation>
        </message>
        <message>
            <source>Address of the hub</source>
            <translation>反馈服务器地址</translation>
        </message>
        <message>
            <source>Also each update that was done and each device that comes and goes.</source>
            <translation>还包括每次完成的更新，以及每台上线和离线的设备。</translation>
        </message>
        <message>
            <source>Anna, 0151 2345678</source>
            <translation>小安，138 0000 0000</translation>
        </message>
        <message>
            <source>Begin, minimised, when I log in</source>
            <translation>登录时以最小化启动</translation>
        </message>
        <message>
            <source>Brokers</source>
            <translation>消息代理</translation>
        </message>
        <message>
            <source>Changed: {what}</source>
            <translation>已更改：{what}</translation>
        </message>
        <message>
            <source>Choose a release folder</source>
            <translation>选择发布文件夹</translation>
        </message>
        <message>
            <source>Choose a release folder…</source>
            <translation>选择发布文件夹…</translation>
        </message>
        <message>
            <source>Ctrl and + or - change the size anywhere; Ctrl+0 resets it.</source>
            <translation>随时可用 Ctrl 加 + 或 - 改变大小；Ctrl+0 恢复。</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>深色</translation>
        </message>
        <message>
            <source>Data</source>
            <translation>数据</translation>
        </message>
        <message>
            <source>Enter an invitation code</source>
            <translation>输入邀请码</translation>
        </message>
        <message>
            <source>Failures, a new week, replies to your reports, and the night in a line.</source>
            <translation>失败、新的一周、对您反馈的答复，以及一句话的昨夜小结。</translation>
        </message>
        <message>
            <source>Family view</source>
            <translation>家人视图</translation>
        </message>
        <message>
            <source>For experts</source>
            <translation>专家选项</translation>
        </message>
        <message>
            <source>For release staff</source>
            <translation>发布人员</translation>
        </message>
        <message>
            <source>For staff</source>
            <translation>工作人员</translation>
        </message>
        <message>
            <source>For staff of a hub</source>
            <translation>反馈服务器工作人员</translation>
        </message>
        <message>
            <source>Health</source>
            <translation>健康检查</translation>
        </message>
        <message>
            <source>Hide the page</source>
            <translation>隐藏页面</translation>
        </message>
        <message>
            <source>How much is told</source>
            <translation>通知多少</translation>
        </message>
        <message>
            <source>If you answer reports for a maker: the hub's address, your name, a token.</source>
            <translation>如果您代表厂商答复反馈：请填写反馈服务器地址、您的姓名和令牌。</translation>
        </message>
        <message>
            <source>If you hold a signing key of a maker, choose the folder of its releases.</source>
            <translation>如果您持有厂商的签名密钥，请选择其发布文件夹。</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>语言</translation>
        </message>
        <message>
            <source>Language and look</source>
            <translation>语言和外观</translation>
        </message>
        <message>
            <source>Large and with few words, for whoever only wants to know that all is well: one sentence on how the home is, and one button to say that something is wrong. It sends a report by the same way, with nothing that was not agreed to here.</source>
            <translation>字大话少，适合只想知道一切正常的人：一句话说明家里的情况，一个按钮用来说出了问题。它以同样的方式发送反馈，不会附带这里没有同意的内容。</translation>
        </message>
        <message>
            <source>Let me send messages by hand</source>
            <translation>允许我手动发送消息</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>浅色</translation>
        </message>
        <message>
            <source>Like the system</source>
            <translation>跟随系统</translation>
        </message>
        <message>
            <source>Look</source>
            <translation>外观</translation>
        </message>
        <message>
            <source>Makers and channels</source>
            <translation>厂商与频道</translation>
        </message>
        <message>
            <source>Members</source>
            <translation>成员</translation>
        </message>
        <message>
            <source>No maker yet.</source>
            <translation>还没有厂商。</translation>
        </message>
        <message>
            <source>No setting says that.</source>
            <translation>没有设置提到它。</translation>
        </message>
        <message>
            <source>Notices</source>
            <translation>通知</translation>
        </message>
        <message>
            <source>On the Messages page a message can then be written to any topic. It goes out as you write it: it may switch, reset or break a device. What is sent is kept in the record.</source>
            <translation>之后可在“消息”页面向任意主题写消息。消息会原样发出：可能切换、重置甚至弄坏设备。发送的内容会留下记录。</translation>
        </message>
        <message>
            <source>Only what went wrong, what waits for you, and what is dangerous.</source>
            <translation>只通知出错的、等您决定的和有危险的事。</translation>
        </message>
        <message>
            <source>Open the window in the family view</source>
            <translation>以家人视图打开窗口</translation>
        </message>
        <message>
            <source>Privacy</source>
            <translation>隐私</translation>
        </message>
        <message>
            <source>Remove {maker}</source>
            <translation>移除 {maker}</translation>
        </message>
        <message>
            <source>Search settings</source>
            <translation>搜索设置</translation>
        </message>
        <message>
            <source>Sections</source>
            <translation>分类</translation>
        </message>
        <message>
            <source>Send and fetch now</source>
            <translation>立即收发</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>Show it now</source>
            <translation>立即显示</translation>
        </message>
        <message>
            <source>Show the page</source>
            <translation>显示页面</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>Stay in the tray when the window is closed</source>
            <translation>关闭窗口后留在托盘中</translation>
        </message>
        <message>
            <source>The hub has answered</source>
            <translation>反馈服务器已应答</translation>
        </message>
        <message>
            <source>The new channel's week is looked for at once; until it is verified nothing installs.</source>
            <translation>更换后会立即查找新频道的这一周；在验证通过之前不会安装任何内容。</translation>
        </message>
        <message>
            <source>The token goes to the keyring and nowhere else.</source>
            <translation>令牌只保存在系统密钥环中。</translation>
        </message>
        <message>
            <source>This home</source>
            <translation>这个家</translation>
        </message>
        <message>
            <source>This program</source>
            <translation>本程序</translation>
        </message>
        <message>
            <source>Token</source>
            <translation>令牌</translation>
        </message>
        <message>
            <source>Updates</source>
            <translation>更新</translation>
        </message>
        <message>
            <source>Updates in their hours, and notices, need Orangery to run: in the tray, or as a service on a computer that is always on (“orangery serve”).</source>
            <translation>按时段更新和通知都需要 Orangery 在运行：在托盘中，或作为服务运行在一直开机的电脑上（“orangery serve”）。</translation>
        </message>
        <message>
            <source>Weeks of {maker}</source>
            <translation>{maker} 的每周发布</translation>
        </message>
        <message>
            <source>When the window is closed</source>
            <translation>关闭窗口时</translation>
        </message>
        <message>
            <source>Where reports go</source>
            <translation>反馈发往哪里</translation>
        </message>
        <message>
            <source>Whom to call</source>
            <translation>打电话给谁</translation>
        </message>
        <message>
            <source>Work as staff</source>
            <translation>以工作人员身份工作</translation>
        </message>
        <message>
            <source>Work as staff…</source>
            <translation>以工作人员身份工作…</translation>
        </message>
        <message>
            <source>Your name there</source>
            <translation>您在那里的姓名</translation>
        </message>
        <message>
            <source>open since {when}</source>
            <translation>{when} 起开放</translation>
        </message>
        <message>
            <source>opens {when}</source>
            <translation>{when} 开放</translation>
        </message>
        <message>
            <source>{name} at {hub}</source>
            <translation>{name}，{hub}</translation>
        </message>
        <message numerus="yes">
            <source>{week}, ring {ring}: %n of your device(s)</source>
            <translation>
                <numerusform>{week}，{ring} 环：您的 %n 台设备</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Shortcuts</name>
        <message>
            <source>Choose all shown</source>
            <translation>选择全部显示的设备</translation>
        </message>
        <message>
            <source>Clear the search</source>
            <translation>清除搜索</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>键盘快捷键</translation>
        </message>
        <message>
            <source>Space</source>
            <translation>空格</translation>
        </message>
        <message>
            <source>Tick the row</source>
            <translation>选中当前行</translation>
        </message>
    </context>
    <context>
        <name>Sign</name>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>选择…</translation>
        </message>
        <message>
            <source>Folder of the online keys</source>
            <translation>在线密钥所在文件夹</translation>
        </message>
        <message>
            <source>Key file (.pem) or public half of a token's key (.pub)</source>
            <translation>密钥文件 (.pem)，或令牌密钥的公钥文件 (.pub)</translation>
        </message>
        <message>
            <source>Keys (*.pem *.pub)</source>
            <translation>密钥 (*.pem *.pub)</translation>
        </message>
        <message>
            <source>Passphrase or PIN</source>
            <translation>口令或 PIN</translation>
        </message>
    </context>
    <context>
        <name>Signing</name>
        <message>
            <source>Checked here on {day}, read from {source}</source>
            <translation>于{day}在此检查，读取自 {source}</translation>
        </message>
        <message>
            <source>Published on {day}</source>
            <translation>发布于{day}</translation>
        </message>
        <message>
            <source>Signed by {train}</source>
            <translation>已由 {train}签名</translation>
        </message>
        <message>
            <source>Signed by {train} and {build}</source>
            <translation>已由 {train}和 {build}签名</translation>
        </message>
        <message>
            <source>What ships ({role})</source>
            <translation>发布内容（{role}）</translation>
        </message>
        <message>
            <source>What the files are ({role})</source>
            <translation>文件身份（{role}）</translation>
        </message>
        <message>
            <source>{have} of {keys} build keys</source>
            <translation>{keys} 把构建密钥中的 {have} 把</translation>
        </message>
        <message>
            <source>{have} of {keys} release keys</source>
            <translation>{keys} 把发布密钥中的 {have} 把</translation>
        </message>
        <message>
            <source>{threshold} of {keys} needed</source>
            <translation>需要 {keys} 把中的 {threshold} 把</translation>
        </message>
    </context>
    <context>
        <name>Simple</name>
        <message>
            <source>A word or two, if you like:</source>
            <translation>如果愿意，请说一两句：</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>返回</translation>
        </message>
        <message>
            <source>Everything (for who helps)</source>
            <translation>全部功能（供帮助者使用）</translation>
        </message>
        <message>
            <source>Goes along: which device it is and its version. No names, no passwords.</source>
            <translation>附带内容：设备型号及版本。不含名称和密码。</translation>
        </message>
        <message>
            <source>Goes along: which device it is, its version, its last messages. No names, no passwords.</source>
            <translation>附带内容：设备型号、版本及其最近的消息。不含名称和密码。</translation>
        </message>
        <message>
            <source>Good</source>
            <translation>好的</translation>
        </message>
        <message>
            <source>How all is</source>
            <translation>家里的情况</translation>
        </message>
        <message>
            <source>I don't know which</source>
            <translation>我不知道是哪一个</translation>
        </message>
        <message>
            <source>It goes out by itself. You need not do anything more.</source>
            <translation>它会自动发出，您无需再做什么。</translation>
        </message>
        <message>
            <source>Nothing you told waits to be sent</source>
            <translation>您说过的都已送出</translation>
        </message>
        <message>
            <source>Or call {phone}</source>
            <translation>或致电 {phone}</translation>
        </message>
        <message>
            <source>See what is sent</source>
            <translation>查看将发送的内容</translation>
        </message>
        <message>
            <source>Send</source>
            <translation>发送</translation>
        </message>
        <message>
            <source>Something is wrong</source>
            <translation>出问题了</translation>
        </message>
        <message>
            <source>Something is wrong: {device}</source>
            <translation>出问题了：{device}</translation>
        </message>
        <message>
            <source>Thank you. It is told.</source>
            <translation>谢谢，已经告知。</translation>
        </message>
        <message>
            <source>The makers ask you something</source>
            <translation>厂商向您提问</translation>
        </message>
        <message>
            <source>What you told waits to be sent</source>
            <translation>您说的内容正在等待发送</translation>
        </message>
        <message>
            <source>With which?</source>
            <translation>哪个设备？</translation>
        </message>
    </context>
    <context>
        <name>States</name>
        <message>
            <source>Answered</source>
            <translation>已答复</translation>
        </message>
        <message>
            <source>Asleep</source>
            <translation>休眠</translation>
        </message>
        <message>
            <source>Cancelled</source>
            <translation>已取消</translation>
        </message>
        <message>
            <source>Confirmed</source>
            <translation>已由设备确认</translation>
        </message>
        <message>
            <source>Confirmed, but not well</source>
            <translation>已确认，但状态不好</translation>
        </message>
        <message>
            <source>Draft</source>
            <translation>草稿</translation>
        </message>
        <message>
            <source>Failed</source>
            <translation>失败</translation>
        </message>
        <message>
            <source>Fix is on its way</source>
            <translation>修复即将到来</translation>
        </message>
        <message>
            <source>Fixed for you</source>
            <translation>您已确认修复</translation>
        </message>
        <message>
            <source>Fixed: is it, for you?</source>
            <translation>已修复：您这里呢？</translation>
        </message>
        <message>
            <source>No answer</source>
            <translation>无应答</translation>
        </message>
        <message>
            <source>Not accepted</source>
            <translation>未被接受</translation>
        </message>
        <message>
            <source>Not fixed</source>
            <translation>没有修复</translation>
        </message>
        <message>
            <source>Not heard yet</source>
            <translation>尚未上报</translation>
        </message>
        <message>
            <source>Offline</source>
            <translation>离线</translation>
        </message>
        <message>
            <source>Online</source>
            <translation>在线</translation>
        </message>
        <message>
            <source>Recalled</source>
            <translation>已召回</translation>
        </message>
        <message>
            <source>Seen</source>
            <translation>已查看</translation>
        </message>
        <message>
            <source>Sent</source>
            <translation>已发送</translation>
        </message>
        <message>
            <source>They ask you something</source>
            <translation>他们向您提问</translation>
        </message>
        <message>
            <source>Update ready</source>
            <translation>可更新</translation>
        </message>
        <message>
            <source>Updating</source>
            <translation>更新中</translation>
        </message>
        <message>
            <source>Waiting</source>
            <translation>等待中</translation>
        </message>
        <message>
            <source>Waiting to be sent</source>
            <translation>等待发送</translation>
        </message>
        <message>
            <source>Week {number}</source>
            <translation>第 {number} 周</translation>
        </message>
        <message>
            <source>Went back</source>
            <translation>已自动退回</translation>
        </message>
        <message>
            <source>Will not be changed</source>
            <translation>不会更改</translation>
        </message>
        <message>
            <source>about {span} left</source>
            <translation>约剩 {span}</translation>
        </message>
        <message>
            <source>an update is waiting</source>
            <translation>有更新在等待</translation>
        </message>
        <message>
            <source>back only by cable</source>
            <translation>只能用线缆退回</translation>
        </message>
        <message>
            <source>fetching and checking the file</source>
            <translation>正在获取并检查文件</translation>
        </message>
        <message>
            <source>fetching the file</source>
            <translation>正在下载文件</translation>
        </message>
        <message>
            <source>file is checked and ready</source>
            <translation>文件已检查，准备就绪</translation>
        </message>
        <message>
            <source>in the queue</source>
            <translation>排队中</translation>
        </message>
        <message>
            <source>it has not spoken since it restarted</source>
            <translation>设备重启后一直没有上报</translation>
        </message>
        <message>
            <source>it tried {to} and went back to {was} by itself</source>
            <translation>设备试运行 {to} 后自动退回到 {was}</translation>
        </message>
        <message>
            <source>its maker offers {version}</source>
            <translation>厂商提供了 {version}</translation>
        </message>
        <message>
            <source>known</source>
            <translation>已知</translation>
        </message>
        <message>
            <source>offered to the device</source>
            <translation>已提供给设备</translation>
        </message>
        <message>
            <source>once it runs there is no way back</source>
            <translation>更新后无法退回</translation>
        </message>
        <message>
            <source>one tap goes back afterwards</source>
            <translation>更新后可一键退回</translation>
        </message>
        <message>
            <source>restarting</source>
            <translation>正在重启</translation>
        </message>
        <message numerus="yes">
            <source>rests until {when}: it failed %n time(s)</source>
            <translation>
                <numerusform>休息到 {when}：已失败 %n 次</numerusform>
            </translation>
        </message>
        <message>
            <source>signed and checked</source>
            <translation>已签名并检查</translation>
        </message>
        <message>
            <source>starts next</source>
            <translation>即将开始</translation>
        </message>
        <message>
            <source>the device did not take {to}</source>
            <translation>设备没有接受 {to}</translation>
        </message>
        <message>
            <source>trying the new version</source>
            <translation>正在试运行新版本</translation>
        </message>
        <message>
            <source>writing: do not unplug it</source>
            <translation>正在写入：请勿断电</translation>
        </message>
        <message>
            <source>you skip {version}</source>
            <translation>您跳过了 {version}</translation>
        </message>
        <message>
            <source>you want to be asked first</source>
            <translation>您要求先询问</translation>
        </message>
        <message>
            <source>{why}, not before {when}</source>
            <translation>{why}，最早 {when}</translation>
        </message>
    </context>
    <context>
        <name>Support</name>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>File of the bundle</source>
            <translation>支持包中的文件</translation>
        </message>
        <message>
            <source>Save for support</source>
            <translation>保存给支持人员</translation>
        </message>
        <message>
            <source>Saved: {file}</source>
            <translation>已保存：{file}</translation>
        </message>
        <message>
            <source>Save…</source>
            <translation>保存…</translation>
        </message>
        <message numerus="yes">
            <source>This is all of it. Names, addresses and secrets were taken out at %n place(s). It is sent to nobody: you give the file to whom you want.</source>
            <translation>
                <numerusform>这就是全部内容。已去除 %n 处名称、地址和密钥。不会发送给任何人：由您决定把文件交给谁。</numerusform>
            </translation>
        </message>
        <message>
            <source>What is in it</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>{name}, {size} bytes</source>
            <translation>{name}，{size} 字节</translation>
        </message>
    </context>
    <context>
        <name>Tags</name>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>New tags</source>
            <translation>新标签</translation>
        </message>
        <message>
            <source>New tags, with commas between</source>
            <translation>新标签，用逗号分隔</translation>
        </message>
        <message>
            <source>Set tags</source>
            <translation>设置标签</translation>
        </message>
        <message numerus="yes">
            <source>Tags of %n device(s)</source>
            <translation>
                <numerusform>%n 台设备的标签</numerusform>
            </translation>
        </message>
        <message>
            <source>Tags of this home</source>
            <translation>家中的标签</translation>
        </message>
    </context>
    <context>
        <name>Teams</name>
        <message>
            <source>Add a team</source>
            <translation>添加团队</translation>
        </message>
        <message>
            <source>Add a team…</source>
            <translation>添加团队…</translation>
        </message>
        <message>
            <source>Change the team {name}</source>
            <translation>更改团队 {name}</translation>
        </message>
        <message>
            <source>Change…</source>
            <translation>更改…</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Hours, every day</source>
            <translation>每天的时段</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>Lead</source>
            <translation>负责人</translation>
        </message>
        <message>
            <source>Models, with * and ?</source>
            <translation>型号，可用 * 和 ?</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>People, in order, with commas</source>
            <translation>成员，按顺序，用逗号分隔</translation>
        </message>
        <message>
            <source>Teams</source>
            <translation>团队</translation>
        </message>
        <message>
            <source>The first person owns what is new, each breach goes on to the next. No time that has passed is worked out anew.</source>
            <translation>新的问题由第一位负责，每次违约转给下一位。已过去的时间不会重新计算。</translation>
        </message>
        <message>
            <source>There is none yet: nobody is asked for anything.</source>
            <translation>还没有团队：不会向任何人询问。</translation>
        </message>
        <message>
            <source>Time zone</source>
            <translation>时区</translation>
        </message>
        <message>
            <source>all models that are nobody else's</source>
            <translation>所有不属于其他团队的型号</translation>
        </message>
        <message>
            <source>every day {hours}</source>
            <translation>每天 {hours}</translation>
        </message>
        <message>
            <source>never</source>
            <translation>从不</translation>
        </message>
        <message>
            <source>{people}; lead {lead}; {zone}</source>
            <translation>{people}；负责人 {lead}；{zone}</translation>
        </message>
    </context>
    <context>
        <name>ToTest</name>
        <message numerus="yes">
            <source>and %n more device(s)</source>
            <translation>
                <numerusform>还有 %n 台设备</numerusform>
            </translation>
        </message>
        <message>
            <source>{device} runs {version}: does all of it work as before?</source>
            <translation>{device} 已运行 {version}：一切还和以前一样吗？</translation>
        </message>
        <message>
            <source>“{title}”: gone once the device runs this week?</source>
            <translation>“{title}”：设备装上本周版本后，问题消失了吗？</translation>
        </message>
        <message>
            <source>“{title}”: is it fixed for you? Say so in Reports.</source>
            <translation>“{title}”：对您来说修好了吗？请在“反馈”中告知。</translation>
        </message>
    </context>
    <context>
        <name>Tray</name>
        <message numerus="yes">
            <source>%n need(s) you</source>
            <translation>
                <numerusform>%n 台等您决定</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n ready</source>
            <translation>
                <numerusform>%n 台可更新</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n under way</source>
            <translation>
                <numerusform>%n 台进行中</numerusform>
            </translation>
        </message>
        <message>
            <source>Orangery goes on here. Quit it from this icon's menu.</source>
            <translation>Orangery 将在此继续运行。可从此图标的菜单退出。</translation>
        </message>
        <message>
            <source>Show Orangery</source>
            <translation>显示 Orangery</translation>
        </message>
        <message>
            <source>Show updates</source>
            <translation>查看更新</translation>
        </message>
    </context>
    <context>
        <name>Triage</name>
        <message numerus="yes">
            <source> (%n reason(s) given)</source>
            <translation>
                <numerusform>（已说明 %n 个原因）</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n home(s)</source>
            <translation>
                <numerusform>%n 个家庭</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n point(s)</source>
            <translation>
                <numerusform>%n 分</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n report(s)</source>
            <translation>
                <numerusform>%n 份反馈</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n tester(s) say that the fix mends nothing.</source>
            <translation>
                <numerusform>%n 位测试者表示修复无效。</numerusform>
            </translation>
        </message>
        <message>
            <source>All</source>
            <translation>全部</translation>
        </message>
        <message>
            <source>All its reports go into the other. It can be undone, also later.</source>
            <translation>其所有反馈将归入另一项。以后也可以撤销。</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>答复</translation>
        </message>
        <message>
            <source>Answered today: {names}</source>
            <translation>今日答复：{names}</translation>
        </message>
        <message>
            <source>Ask again</source>
            <translation>重新查询</translation>
        </message>
        <message>
            <source>Ask for more</source>
            <translation>询问详情</translation>
        </message>
        <message>
            <source>By its effect. What is dangerous has clocks day and night.</source>
            <translation>按其影响判断。涉及危险的事项昼夜计时。</translation>
        </message>
        <message>
            <source>Choose a cluster on the left.</source>
            <translation>请在左侧选择一个问题簇。</translation>
        </message>
        <message>
            <source>Clocks stand still while everybody in it is asked.</source>
            <translation>向其中所有人询问期间，计时暂停。</translation>
        </message>
        <message>
            <source>Closed</source>
            <translation>已关闭</translation>
        </message>
        <message>
            <source>Cluster</source>
            <translation>问题簇</translation>
        </message>
        <message>
            <source>Comparison</source>
            <translation>比较方式</translation>
        </message>
        <message>
            <source>Dangerous</source>
            <translation>有危险</translation>
        </message>
        <message>
            <source>Decline</source>
            <translation>谢绝</translation>
        </message>
        <message>
            <source>Declined</source>
            <translation>已谢绝</translation>
        </message>
        <message>
            <source>Do it now</source>
            <translation>立即执行</translation>
        </message>
        <message>
            <source>Everybody in it reads this, under your own name.</source>
            <translation>其中所有人都会读到，并署您的姓名。</translation>
        </message>
        <message>
            <source>Everybody whom it concerns is told before they send. No tester's words: yours.</source>
            <translation>相关的人在发送之前就会得知。请用您自己的话，不要引用测试者的话。</translation>
        </message>
        <message>
            <source>Exactly as the house sent it. SHA-256 {digest}</source>
            <translation>与该家庭发送的内容完全一致。SHA-256 {digest}</translation>
        </message>
        <message>
            <source>Fact it depends on</source>
            <translation>所依据的事实</translation>
        </message>
        <message>
            <source>Fix</source>
            <translation>修复</translation>
        </message>
        <message>
            <source>Friday</source>
            <translation>周五</translation>
        </message>
        <message>
            <source>Give it to somebody</source>
            <translation>交给某人</translation>
        </message>
        <message>
            <source>History</source>
            <translation>历史</translation>
        </message>
        <message>
            <source>Homes by version</source>
            <translation>按版本统计的家庭</translation>
        </message>
        <message>
            <source>How bad</source>
            <translation>严重程度</translation>
        </message>
        <message>
            <source>How bad it is</source>
            <translation>严重程度</translation>
        </message>
        <message>
            <source>I saw it happen</source>
            <translation>我已复现</translation>
        </message>
        <message>
            <source>In {seconds} s: {act}</source>
            <translation>{seconds} 秒后：{act}</translation>
        </message>
        <message>
            <source>Into</source>
            <translation>并入</translation>
        </message>
        <message>
            <source>It is confirmed then, and its points become due.</source>
            <translation>这样即视为已确认，相应的积分将发放。</translation>
        </message>
        <message>
            <source>It is dangerous</source>
            <translation>有危险</translation>
        </message>
        <message>
            <source>It is none</source>
            <translation>不成立</translation>
        </message>
        <message>
            <source>It is published beside the broken promise, and stays there.</source>
            <translation>它会公布在未兑现的承诺旁边，并一直保留。</translation>
        </message>
        <message>
            <source>It offers</source>
            <translation>其中提供</translation>
        </message>
        <message>
            <source>Known issue</source>
            <translation>已知问题</translation>
        </message>
        <message>
            <source>Merge into another</source>
            <translation>并入另一项</translation>
        </message>
        <message>
            <source>Merged into another</source>
            <translation>已并入另一项</translation>
        </message>
        <message>
            <source>Mine</source>
            <translation>我的</translation>
        </message>
        <message>
            <source>Name at the hub</source>
            <translation>在反馈服务器上的名字</translation>
        </message>
        <message>
            <source>New homes by day</source>
            <translation>每日新增家庭</translation>
        </message>
        <message>
            <source>Next most urgent  (N)</source>
            <translation>下一个最紧急  (N)</translation>
        </message>
        <message>
            <source>Nobody would get points for this.</source>
            <translation>没有人会因此获得积分。</translation>
        </message>
        <message>
            <source>Nothing is owed to anybody. Well done.</source>
            <translation>没有待办事项。做得好。</translation>
        </message>
        <message>
            <source>Nothing was wrong, or it is none of ours. What was paid for it is taken back; testers read the reason as you write it.</source>
            <translation>并无问题，或不属于我们。已支付的积分会收回；测试者会看到您写的原因。</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>待处理</translation>
        </message>
        <message>
            <source>Owed</source>
            <translation>待办</translation>
        </message>
        <message>
            <source>Owner</source>
            <translation>负责人</translation>
        </message>
        <message>
            <source>Plan for a Friday</source>
            <translation>计划到某个周五</translation>
        </message>
        <message>
            <source>Planned</source>
            <translation>已计划</translation>
        </message>
        <message>
            <source>Praise</source>
            <translation>表扬</translation>
        </message>
        <message>
            <source>Preview of points</source>
            <translation>积分预览</translation>
        </message>
        <message>
            <source>Problem</source>
            <translation>问题</translation>
        </message>
        <message>
            <source>Promise</source>
            <translation>承诺</translation>
        </message>
        <message>
            <source>Question</source>
            <translation>疑问</translation>
        </message>
        <message>
            <source>Queue</source>
            <translation>队列</translation>
        </message>
        <message>
            <source>Read</source>
            <translation>阅读</translation>
        </message>
        <message>
            <source>Reason</source>
            <translation>理由</translation>
        </message>
        <message>
            <source>Reporters are told which Friday mends it.</source>
            <translation>反馈者会得知哪个周五修复。</translation>
        </message>
        <message>
            <source>Reports</source>
            <translation>反馈</translation>
        </message>
        <message>
            <source>Rules decide the amounts, no person.</source>
            <translation>数额由规则决定，而非个人。</translation>
        </message>
        <message>
            <source>Said to all of it</source>
            <translation>对全体的答复</translation>
        </message>
        <message>
            <source>Shown to everybody, without whom it concerns. No tester's words: yours.</source>
            <translation>向所有人展示，不涉及具体的人。不是测试者的话，而是您的话。</translation>
        </message>
        <message>
            <source>Signature</source>
            <translation>特征</translation>
        </message>
        <message>
            <source>Split</source>
            <translation>拆分</translation>
        </message>
        <message>
            <source>Take it on</source>
            <translation>承担</translation>
        </message>
        <message>
            <source>Take on: {title}</source>
            <translation>承担：{title}</translation>
        </message>
        <message>
            <source>Team</source>
            <translation>团队</translation>
        </message>
        <message>
            <source>Team, where another one is to answer</source>
            <translation>团队（需由其他团队答复时）</translation>
        </message>
        <message>
            <source>Teams</source>
            <translation>团队</translation>
        </message>
        <message>
            <source>Testers read the reason as you write it.</source>
            <translation>测试者会读到您写的理由原文。</translation>
        </message>
        <message>
            <source>Text, Chinese</source>
            <translation>正文，中文</translation>
        </message>
        <message>
            <source>Text, English</source>
            <translation>正文，英文</translation>
        </message>
        <message>
            <source>The first tester's steps led to it at once</source>
            <translation>按首位测试者的步骤一次即可复现</translation>
        </message>
        <message>
            <source>They are told, and have to take it on; until then it is owed.</source>
            <translation>会通知对方，由其接手；在此之前承诺仍在计时。</translation>
        </message>
        <message>
            <source>Those that are ticked go into a cluster of their own.</source>
            <translation>勾选的反馈将归入一个新的问题簇。</translation>
        </message>
        <message>
            <source>Title of the new one</source>
            <translation>新问题簇的标题</translation>
        </message>
        <message>
            <source>Title, Chinese</source>
            <translation>中文标题</translation>
        </message>
        <message>
            <source>Title, English</source>
            <translation>英文标题</translation>
        </message>
        <message>
            <source>Triage</source>
            <translation>分诊</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>Undo (Ctrl+Z)</source>
            <translation>撤销 (Ctrl+Z)</translation>
        </message>
        <message>
            <source>Undo a merge or split: {title}</source>
            <translation>撤销合并或拆分：{title}</translation>
        </message>
        <message>
            <source>Undone: {act}</source>
            <translation>已撤销：{act}</translation>
        </message>
        <message>
            <source>Untitled</source>
            <translation>无标题</translation>
        </message>
        <message>
            <source>Value</source>
            <translation>值</translation>
        </message>
        <message>
            <source>Version, where it has a name</source>
            <translation>版本（如有名称）</translation>
        </message>
        <message>
            <source>What to do</source>
            <translation>可执行的操作</translation>
        </message>
        <message>
            <source>Why it was late</source>
            <translation>为何迟了</translation>
        </message>
        <message>
            <source>Wish</source>
            <translation>建议</translation>
        </message>
        <message>
            <source>Words for the public</source>
            <translation>公开说明</translation>
        </message>
        <message>
            <source>Workaround, Chinese</source>
            <translation>中文变通办法</translation>
        </message>
        <message>
            <source>Workaround, English</source>
            <translation>英文变通办法</translation>
        </message>
        <message>
            <source>a workaround</source>
            <translation>变通办法</translation>
        </message>
        <message>
            <source>an explanation: it is as it should be</source>
            <translation>解释：本应如此</translation>
        </message>
        <message numerus="yes">
            <source>and %n more</source>
            <translation>
                <numerusform>另有 %n 项</numerusform>
            </translation>
        </message>
        <message>
            <source>answered</source>
            <translation>已答复</translation>
        </message>
        <message>
            <source>asked for more</source>
            <translation>已询问详情</translation>
        </message>
        <message>
            <source>critical: a device is dead</source>
            <translation>严重：设备完全不工作</translation>
        </message>
        <message>
            <source>dangerous</source>
            <translation>有危险</translation>
        </message>
        <message>
            <source>declined</source>
            <translation>已谢绝</translation>
        </message>
        <message>
            <source>first report</source>
            <translation>首份反馈</translation>
        </message>
        <message>
            <source>fix planned</source>
            <translation>已计划修复</translation>
        </message>
        <message>
            <source>fixed for them</source>
            <translation>对其已修复</translation>
        </message>
        <message>
            <source>found to be none</source>
            <translation>经查不成立</translation>
        </message>
        <message>
            <source>given to</source>
            <translation>交给</translation>
        </message>
        <message>
            <source>graded</source>
            <translation>已评级</translation>
        </message>
        <message>
            <source>known issue published</source>
            <translation>已发布为已知问题</translation>
        </message>
        <message>
            <source>major: a function is lost</source>
            <translation>较重：某项功能失效</translation>
        </message>
        <message>
            <source>merged</source>
            <translation>已合并</translation>
        </message>
        <message>
            <source>minor: annoying</source>
            <translation>轻微：令人烦恼</translation>
        </message>
        <message>
            <source>nobody's yet</source>
            <translation>尚无人负责</translation>
        </message>
        <message>
            <source>not fixed for them</source>
            <translation>对其未修复</translation>
        </message>
        <message>
            <source>not graded</source>
            <translation>未评级</translation>
        </message>
        <message>
            <source>not read yet</source>
            <translation>未读</translation>
        </message>
        <message>
            <source>not said</source>
            <translation>未说明</translation>
        </message>
        <message>
            <source>one more report</source>
            <translation>又一份反馈</translation>
        </message>
        <message>
            <source>paid</source>
            <translation>已发放</translation>
        </message>
        <message>
            <source>planned</source>
            <translation>已计划</translation>
        </message>
        <message>
            <source>promise missed</source>
            <translation>未兑现承诺</translation>
        </message>
        <message>
            <source>public words</source>
            <translation>公开文字</translation>
        </message>
        <message>
            <source>related by invitation: nothing</source>
            <translation>有邀请关系：不发放</translation>
        </message>
        <message>
            <source>security</source>
            <translation>安全漏洞</translation>
        </message>
        <message>
            <source>seen</source>
            <translation>已查看</translation>
        </message>
        <message>
            <source>seen to happen</source>
            <translation>已复现</translation>
        </message>
        <message>
            <source>split</source>
            <translation>已拆分</translation>
        </message>
        <message>
            <source>taken on</source>
            <translation>已承担</translation>
        </message>
        <message>
            <source>the hub</source>
            <translation>反馈服务器</translation>
        </message>
        <message>
            <source>waits for "fixed for me"</source>
            <translation>等待“已为我修复”</translation>
        </message>
        <message>
            <source>waits until it is confirmed</source>
            <translation>等待确认</translation>
        </message>
        <message>
            <source>we wait for them</source>
            <translation>等待对方答复</translation>
        </message>
        <message>
            <source>words alone: no clock stops</source>
            <translation>仅文字：计时不停止</translation>
        </message>
        <message>
            <source>yes</source>
            <translation>是</translation>
        </message>
        <message>
            <source>{clock}, due {when}</source>
            <translation>{clock}，应于 {when}</translation>
        </message>
        <message>
            <source>{name} {answers}</source>
            <translation>{name} {answers}</translation>
        </message>
        <message>
            <source>{name}, not taken on yet</source>
            <translation>{name}，尚未承担</translation>
        </message>
        <message>
            <source>{what} (undone)</source>
            <translation>{what}（已撤销）</translation>
        </message>
    </context>
    <context>
        <name>Trust</name>
        <message>
            <source>Known issue: {text}</source>
            <translation>已知问题：{text}</translation>
        </message>
        <message>
            <source>No week has been verified here yet.</source>
            <translation>这里还没有验证过任何一周。</translation>
        </message>
        <message>
            <source>No week of the channel {channel} has been checked yet</source>
            <translation>尚未检查过“{channel}”的任何一周</translation>
        </message>
        <message>
            <source>Not fresh: taken by {by} on {day} because: {reason}</source>
            <translation>已过期：由 {by} 于{day}接受，理由：{reason}</translation>
        </message>
        <message>
            <source>Nothing fresh has come from the maker's mirrors since {day}.</source>
            <translation>自{day}以来，厂商的镜像站没有给出任何新内容。</translation>
        </message>
        <message>
            <source>Nothing fresh seen since {day}.</source>
            <translation>自{day}以来没有见到任何新内容。</translation>
        </message>
        <message>
            <source>Nothing will be installed. {reason}</source>
            <translation>不会安装任何内容。{reason}</translation>
        </message>
        <message>
            <source>Orange</source>
            <translation>橙色频道</translation>
        </message>
        <message>
            <source>Stable</source>
            <translation>稳定频道</translation>
        </message>
        <message>
            <source>The last good week is {week} ({day}), checked here on {checked}.</source>
            <translation>最近一次验证通过的是{week}（{day}），于{checked}在此检查。</translation>
        </message>
        <message>
            <source>The maker has withdrawn this week; nothing of it will be installed. {why}</source>
            <translation>厂商已撤回这一周，不会安装其中任何内容。{why}</translation>
        </message>
        <message>
            <source>The maker holds this week back; no more of it begins. {why}</source>
            <translation>厂商暂缓了这一周，不再开始新的更新。{why}</translation>
        </message>
        <message>
            <source>The maker's weeks cannot be reached</source>
            <translation>无法连接厂商的发布来源</translation>
        </message>
        <message>
            <source>The makers do not agree on what ships</source>
            <translation>厂商双方对发布内容说法不一致</translation>
        </message>
        <message>
            <source>The source goes back to an older state</source>
            <translation>来源退回到了更旧的状态</translation>
        </message>
        <message>
            <source>The source mixes different weeks</source>
            <translation>来源混用了不同周的内容</translation>
        </message>
        <message>
            <source>This release could not be verified</source>
            <translation>无法验证这次发布</translation>
        </message>
        <message>
            <source>This week could not be checked</source>
            <translation>无法检查本周发布</translation>
        </message>
        <message>
            <source>This week is too old</source>
            <translation>这一周已经太旧</translation>
        </message>
        <message>
            <source>Too few people have signed</source>
            <translation>签名的人数不足</translation>
        </message>
        <message>
            <source>What the source shows was altered</source>
            <translation>来源出示的内容被改动过</translation>
        </message>
        <message>
            <source>altered</source>
            <translation>被改动</translation>
        </message>
        <message>
            <source>mixed</source>
            <translation>内容混杂</translation>
        </message>
        <message>
            <source>no agreement</source>
            <translation>说法不一致</translation>
        </message>
        <message>
            <source>not reached</source>
            <translation>无法连接</translation>
        </message>
        <message>
            <source>rolled back</source>
            <translation>被回退</translation>
        </message>
        <message>
            <source>too few signatures</source>
            <translation>签名不足</translation>
        </message>
        <message>
            <source>too old</source>
            <translation>太旧</translation>
        </message>
        <message>
            <source>{mirror} shows something false since {day} ({what}): not used.</source>
            <translation>{mirror} 自{day}起出示不实内容（{what}），未被采用。</translation>
        </message>
    </context>
    <context>
        <name>Undo</name>
        <message>
            <source>Bring all of them back?</source>
            <translation>把它们全部退回吗？</translation>
        </message>
        <message>
            <source>Bring {device} back to {version}?</source>
            <translation>把“{device}”退回 {version} 吗？</translation>
        </message>
        <message>
            <source>Go back</source>
            <translation>退回</translation>
        </message>
        <message>
            <source>It goes back</source>
            <translation>正在退回</translation>
        </message>
        <message>
            <source>The version before comes back as an update of its own, signed by its maker, one device at a time. What the newer one mended is open again.</source>
            <translation>之前的版本会作为一次由厂商签名的更新装回去，一台接一台。新版本修好的问题会重新出现。</translation>
        </message>
        <message>
            <source>the version before</source>
            <translation>之前的版本</translation>
        </message>
    </context>
    <context>
        <name>Updates</name>
        <message numerus="yes">
            <source>%n at a time behind each gateway</source>
            <translation>
                <numerusform>每个网关一次 %n 台</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) have nothing in this week.</source>
            <translation>
                <numerusform>本周没有适用于 %n 台设备的内容。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n firmware file(s)</source>
            <translation>
                <numerusform>%n 个固件文件</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n is/are asleep</source>
            <translation>
                <numerusform>%n 台休眠中</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n is/are offline</source>
            <translation>
                <numerusform>%n 台离线</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n model(s)</source>
            <translation>
                <numerusform>%n 种型号</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n of your report(s) answered</source>
            <translation>
                <numerusform>解决了您的 %n 条反馈</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n other(s) wait untouched until you decide.</source>
            <translation>
                <numerusform>另有 %n 台原样等待，由您决定。</numerusform>
            </translation>
        </message>
        <message>
            <source>, </source>
            <translation>，</translation>
        </message>
        <message>
            <source>A file could not be fetched or kept ({code}). {advice}</source>
            <translation>有文件未能取得或保存（{code}）。{advice}</translation>
        </message>
        <message>
            <source>Back to {version}</source>
            <translation>退回 {version}</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Check now</source>
            <translation>立即检查</translation>
        </message>
        <message>
            <source>Checked just now</source>
            <translation>刚刚检查过</translation>
        </message>
        <message>
            <source>Checked {span} ago</source>
            <translation>{span}前检查</translation>
        </message>
        <message>
            <source>Checked: this is the newest week</source>
            <translation>已检查：这是最新一周</translation>
        </message>
        <message>
            <source>Checking…</source>
            <translation>正在检查…</translation>
        </message>
        <message>
            <source>Details</source>
            <translation>详情</translation>
        </message>
        <message>
            <source>Done this week</source>
            <translation>本周已完成</translation>
        </message>
        <message>
            <source>Each Friday brings signed firmware. This house has not looked yet.</source>
            <translation>每周五都会发布经过签名的固件。这个家庭还没有检查过。</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Go on with the others</source>
            <translation>继续更新其余设备</translation>
        </message>
        <message>
            <source>Go on with this week</source>
            <translation>继续本周</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>收起</translation>
        </message>
        <message>
            <source>History</source>
            <translation>历史</translation>
        </message>
        <message>
            <source>It has no mark of this home: wiped, replaced, or somebody else's.</source>
            <translation>它没有这个家的标记：被清空、被更换，或属于别人。</translation>
        </message>
        <message>
            <source>It has the mark of another home.</source>
            <translation>它带有另一个家的标记。</translation>
        </message>
        <message>
            <source>It is asked again as soon as it speaks.</source>
            <translation>它一有消息就会再次询问。</translation>
        </message>
        <message>
            <source>Last night</source>
            <translation>昨夜</translation>
        </message>
        <message>
            <source>Leave this week out</source>
            <translation>跳过本周</translation>
        </message>
        <message numerus="yes">
            <source>Left out on %n device(s)</source>
            <translation>
                <numerusform>已在 %n 台设备上跳过</numerusform>
            </translation>
        </message>
        <message>
            <source>Needs you</source>
            <translation>需要您处理</translation>
        </message>
        <message>
            <source>No week has been checked yet</source>
            <translation>尚未检查过任何一周的发布</translation>
        </message>
        <message>
            <source>Not for these devices, and why</source>
            <translation>不适用的设备及原因</translation>
        </message>
        <message>
            <source>Nothing is sent there. If you are not at home there is nothing to do.</source>
            <translation>不会向那里发送任何内容。如果您不在家，无需操作。</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>打开</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Pause this week</source>
            <translation>暂停本周</translation>
        </message>
        <message>
            <source>Press “Check now” to look for this week's release.</source>
            <translation>点击“立即检查”，查看本周发布。</translation>
        </message>
        <message>
            <source>Progress of {device}</source>
            <translation>{device} 的进度</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>可以更新</translation>
        </message>
        <message>
            <source>Report a problem</source>
            <translation>报告问题</translation>
        </message>
        <message>
            <source>Running and waiting</source>
            <translation>进行中与等待中</translation>
        </message>
        <message>
            <source>Save as PDF…</source>
            <translation>保存为 PDF…</translation>
        </message>
        <message numerus="yes">
            <source>Show all %n</source>
            <translation>
                <numerusform>显示全部 %n 台</numerusform>
            </translation>
        </message>
        <message>
            <source>Show fewer</source>
            <translation>收起</translation>
        </message>
        <message>
            <source>Show the plan</source>
            <translation>查看计划</translation>
        </message>
        <message>
            <source>Show why</source>
            <translation>查看原因</translation>
        </message>
        <message>
            <source>Stay on {version}</source>
            <translation>保持 {version}</translation>
        </message>
        <message numerus="yes">
            <source>Take %n back</source>
            <translation>
                <numerusform>退回 %n 台</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Take all %n back</source>
            <translation>
                <numerusform>全部 %n 台退回</numerusform>
            </translation>
        </message>
        <message>
            <source>That ends {when}.</source>
            <translation>到 {when} 结束。</translation>
        </message>
        <message>
            <source>The broker at {address} is not known as this home's</source>
            <translation>{address} 的消息代理不是这个家所认识的</translation>
        </message>
        <message>
            <source>This is my home</source>
            <translation>这就是我家</translation>
        </message>
        <message>
            <source>This week</source>
            <translation>本周</translation>
        </message>
        <message>
            <source>Tick all</source>
            <translation>全选</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
        <message>
            <source>Untick all</source>
            <translation>全不选</translation>
        </message>
        <message numerus="yes">
            <source>Update %n device(s)</source>
            <translation>
                <numerusform>更新 %n 台设备</numerusform>
            </translation>
        </message>
        <message>
            <source>Update now</source>
            <translation>立即更新</translation>
        </message>
        <message>
            <source>Update {now} of {all} ({why})</source>
            <translation>更新 {all} 台中的 {now} 台（{why}）</translation>
        </message>
        <message>
            <source>Updates</source>
            <translation>更新</translation>
        </message>
        <message>
            <source>What to test this week</source>
            <translation>本周请重点体验</translation>
        </message>
        <message>
            <source>What's new</source>
            <translation>新内容</translation>
        </message>
        <message>
            <source>Who signed it</source>
            <translation>由谁签名</translation>
        </message>
        <message>
            <source>You want to be asked first</source>
            <translation>您要求先询问</translation>
        </message>
        <message>
            <source>falls back by itself if it fails</source>
            <translation>失败时自动退回</translation>
        </message>
        <message>
            <source>from {maker}</source>
            <translation>来自 {maker}</translation>
        </message>
        <message>
            <source>goes first</source>
            <translation>首台设备</translation>
        </message>
        <message>
            <source>in its hours, until {end}</source>
            <translation>在允许时段内，至 {end}</translation>
        </message>
        <message>
            <source>next hours {begin} until {end}</source>
            <translation>下一时段 {begin} 至 {end}</translation>
        </message>
        <message>
            <source>restarts</source>
            <translation>会重启</translation>
        </message>
        <message>
            <source>restarts: may cut power for a moment</source>
            <translation>会重启：可能短暂断电</translation>
        </message>
        <message>
            <source>taken back by you</source>
            <translation>由您退回</translation>
        </message>
        <message>
            <source>took {span}</source>
            <translation>用时 {span}</translation>
        </message>
        <message>
            <source>valid until {day}</source>
            <translation>有效期至 {day}</translation>
        </message>
        <message>
            <source>you said: ask me first</source>
            <translation>您说过：先问我</translation>
        </message>
        <message>
            <source>{device}: {word}</source>
            <translation>{device}：{word}</translation>
        </message>
        <message>
            <source>{files} for {models}</source>
            <translation>{files}，适用于 {models}</translation>
        </message>
        <message>
            <source>{week} stopped</source>
            <translation>{week}的更新已停止</translation>
        </message>
        <message>
            <source>{week} stopped at {device}</source>
            <translation>{week}的更新在 {device} 处停止</translation>
        </message>
        <message>
            <source>{word}: {why}</source>
            <translation>{word}：{why}</translation>
        </message>
        <message>
            <source>“{version}”, says the device</source>
            <translation>设备自报 {version}</translation>
        </message>
    </context>
    <context>
        <name>WeekSheet</name>
        <message>
            <source>Device</source>
            <translation>设备</translation>
        </message>
        <message>
            <source>Devices, by the last word of each; from homes that tell it.</source>
            <translation>按每台设备最后的情况计数；来自愿意告知的家庭。</translation>
        </message>
        <message>
            <source>Did not</source>
            <translation>不正常</translation>
        </message>
        <message>
            <source>Files</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>For</source>
            <translation>适用于</translation>
        </message>
        <message>
            <source>Homes</source>
            <translation>家庭</translation>
        </message>
        <message>
            <source>In other homes</source>
            <translation>其他家庭的情况</translation>
        </message>
        <message>
            <source>In this home</source>
            <translation>在这个家里</translation>
        </message>
        <message>
            <source>Known issues</source>
            <translation>已知问题</translation>
        </message>
        <message>
            <source>Made on {day} by Orangery, of what was verified in this home</source>
            <translation>Orangery 于{day}生成，内容均已在本家庭中核验</translation>
        </message>
        <message>
            <source>No update of this week has ended here yet</source>
            <translation>本周的更新还没有一个结束</translation>
        </message>
        <message>
            <source>Page {number} of {of}</source>
            <translation>第 {number} 页，共 {of} 页</translation>
        </message>
        <message>
            <source>Run well</source>
            <translation>运行良好</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>To be known</source>
            <translation>须知</translation>
        </message>
        <message>
            <source>Tried</source>
            <translation>尝试</translation>
        </message>
        <message>
            <source>Version</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>Versions</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>What became of it</source>
            <translation>结果</translation>
        </message>
        <message>
            <source>What came of testers' words</source>
            <translation>测试者意见的成果</translation>
        </message>
        <message>
            <source>What is new</source>
            <translation>有什么新内容</translation>
        </message>
        <message>
            <source>When</source>
            <translation>时间</translation>
        </message>
        <message>
            <source>Who signed it</source>
            <translation>由谁签名</translation>
        </message>
        <message>
            <source>closes a security hole</source>
            <translation>修复安全漏洞</translation>
        </message>
        <message>
            <source>confirmed: “{version}”, says the device</source>
            <translation>已确认：设备自己报告“{version}”</translation>
        </message>
        <message>
            <source>falls back by itself</source>
            <translation>失败时自动退回</translation>
        </message>
        <message>
            <source>is a way back</source>
            <translation>用于退回</translation>
        </message>
        <message>
            <source>nothing was begun</source>
            <translation>尚未开始</translation>
        </message>
        <message>
            <source>only in {regions}</source>
            <translation>仅限 {regions}</translation>
        </message>
        <message>
            <source>runs it already</source>
            <translation>已在运行</translation>
        </message>
        <message>
            <source>skipped by you</source>
            <translation>已由您跳过</translation>
        </message>
        <message>
            <source>{done} confirmed by the device itself, {other} ended otherwise</source>
            <translation>{done} 台由设备自己确认，{other} 台以其他方式结束</translation>
        </message>
        <message>
            <source>{name}: {figure}</source>
            <translation>{name}：{figure}</translation>
        </message>
        <message>
            <source>{word}: {why}</source>
            <translation>{word}：{why}</translation>
        </message>
    </context>
    <context>
        <name>Welcome</name>
        <message numerus="yes">
            <source>%n broker(s) found</source>
            <translation>
                <numerusform>找到 %n 个消息代理</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) until now</source>
            <translation>
                <numerusform>目前 %n 台设备</numerusform>
            </translation>
        </message>
        <message>
            <source>192.168.1.4, a name, or a link: mqtts://…</source>
            <translation>192.168.1.4、名称，或链接：mqtts://…</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>地址</translation>
        </message>
        <message>
            <source>Address of the hub</source>
            <translation>反馈服务器的地址</translation>
        </message>
        <message>
            <source>Also how updates went</source>
            <translation>还有更新的结果</translation>
        </message>
        <message>
            <source>Ask me</source>
            <translation>先问我</translation>
        </message>
        <message>
            <source>Asking: {done} of {all}</source>
            <translation>正在询问：{all} 个中的第 {done} 个</translation>
        </message>
        <message>
            <source>At night by itself</source>
            <translation>夜间自动进行</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>上一步</translation>
        </message>
        <message>
            <source>Between 01:00 and 05:00, one device first, then the others.</source>
            <translation>01:00 至 05:00，先更新一台，再更新其余。</translation>
        </message>
        <message>
            <source>By its address</source>
            <translation>按地址</translation>
        </message>
        <message>
            <source>By itself nothing is sent. You see every byte before.</source>
            <translation>不会自动发送任何内容。发送前您能看到每一个字节。</translation>
        </message>
        <message>
            <source>Connect</source>
            <translation>连接</translation>
        </message>
        <message>
            <source>Connected</source>
            <translation>已连接</translation>
        </message>
        <message>
            <source>Connecting…</source>
            <translation>正在连接…</translation>
        </message>
        <message>
            <source>Encrypted (TLS)</source>
            <translation>加密 (TLS)</translation>
        </message>
        <message>
            <source>Find your house</source>
            <translation>找到您的家</translation>
        </message>
        <message>
            <source>Finish</source>
            <translation>完成</translation>
        </message>
        <message>
            <source>Found</source>
            <translation>已找到</translation>
        </message>
        <message>
            <source>Go on without</source>
            <translation>暂不连接</translation>
        </message>
        <message>
            <source>Heard last: {names}</source>
            <translation>最近听到：{names}</translation>
        </message>
        <message>
            <source>Heard there: {dialects}.</source>
            <translation>在那里听到：{dialects}。</translation>
        </message>
        <message>
            <source>How careful</source>
            <translation>谨慎程度</translation>
        </message>
        <message>
            <source>In this network</source>
            <translation>在本网络中</translation>
        </message>
        <message>
            <source>Invitation code or link</source>
            <translation>邀请码或链接</translation>
        </message>
        <message>
            <source>Is one missing?</source>
            <translation>少了哪一台？</translation>
        </message>
        <message>
            <source>It is made, but nothing here starts it by itself.</source>
            <translation>已经建好，但这里没有程序会自动启动它。</translation>
        </message>
        <message>
            <source>Keep it in a file that only I can read</source>
            <translation>保存在只有我能读的文件中</translation>
        </message>
        <message>
            <source>Later</source>
            <translation>以后再说</translation>
        </message>
        <message>
            <source>Listening at {address}.</source>
            <translation>正在 {address} 收听。</translation>
        </message>
        <message>
            <source>Listening for announcements…</source>
            <translation>正在收听通告…</translation>
        </message>
        <message>
            <source>Listens for brokers that announce themselves, and says hello at the usual names and at the router. Only when you press the button.</source>
            <translation>收听自行通告的消息代理，并在常用名称和路由器处打个招呼。只在您按下按钮时进行。</translation>
        </message>
        <message>
            <source>Look for brokers</source>
            <translation>查找消息代理</translation>
        </message>
        <message>
            <source>Make a broker on this computer</source>
            <translation>在这台电脑上建立消息代理</translation>
        </message>
        <message>
            <source>Making a broker…</source>
            <translation>正在建立消息代理…</translation>
        </message>
        <message>
            <source>Most devices speak within five minutes. Wake a sensor that sleeps by pressing its button.</source>
            <translation>大多数设备会在五分钟内发言。休眠的传感器按一下按钮即可唤醒。</translation>
        </message>
        <message>
            <source>Name the makers see</source>
            <translation>制造者看到的名字</translation>
        </message>
        <message>
            <source>Needs a certificate</source>
            <translation>需要证书</translation>
        </message>
        <message>
            <source>Needs a password</source>
            <translation>需要密码</translation>
        </message>
        <message>
            <source>Next</source>
            <translation>下一步</translation>
        </message>
        <message>
            <source>No broker is chosen yet: go back, or choose one later.</source>
            <translation>还没有选择消息代理：可返回上一步，或以后再选。</translation>
        </message>
        <message>
            <source>None found. Type its address below, make one here, or try the demo house.</source>
            <translation>没有找到。请在下面输入地址，在这里建立一个，或试试演示之家。</translation>
        </message>
        <message>
            <source>Nothing begins by itself: you look at it and press Update.</source>
            <translation>不会自动开始：由您查看并按下“更新”。</translation>
        </message>
        <message>
            <source>Nothing has been heard there yet; that may still come.</source>
            <translation>那里还没有听到任何内容；之后可能会有。</translation>
        </message>
        <message>
            <source>Nothing yet?</source>
            <translation>还没有动静？</translation>
        </message>
        <message>
            <source>Only reports I write</source>
            <translation>只发送我写的反馈</translation>
        </message>
        <message>
            <source>Orange</source>
            <translation>橙色频道</translation>
        </message>
        <message>
            <source>Other</source>
            <translation>其他</translation>
        </message>
        <message>
            <source>Password</source>
            <translation>密码</translation>
        </message>
        <message>
            <source>Port</source>
            <translation>端口</translation>
        </message>
        <message>
            <source>Reached</source>
            <translation>已连通</translation>
        </message>
        <message>
            <source>Reached: MQTT {version}, {secure}.</source>
            <translation>已连通：MQTT {version}，{secure}。</translation>
        </message>
        <message>
            <source>Refuses strangers</source>
            <translation>拒绝陌生连接</translation>
        </message>
        <message>
            <source>Stable</source>
            <translation>稳定频道</translation>
        </message>
        <message>
            <source>Start it with: {command}</source>
            <translation>启动命令：{command}</translation>
        </message>
        <message>
            <source>Step {number} of 3: {word}</source>
            <translation>第 {number} 步，共 3 步：{word}</translation>
        </message>
        <message>
            <source>Test</source>
            <translation>测试</translation>
        </message>
        <message>
            <source>The beta: new every Friday, with people who answer what you report.</source>
            <translation>测试版：每周五更新，您反馈的问题有人回答。</translation>
        </message>
        <message>
            <source>The demo house did not start. See why with: {command}</source>
            <translation>演示之家没有启动。查看原因：{command}</translation>
        </message>
        <message>
            <source>The demo house opens in a window of its own…</source>
            <translation>演示之家正在另一个窗口中打开…</translation>
        </message>
        <message>
            <source>Try the demo house</source>
            <translation>试试演示之家</translation>
        </message>
        <message>
            <source>Trying, for up to twenty seconds…</source>
            <translation>正在尝试，最多二十秒…</translation>
        </message>
        <message>
            <source>Updates</source>
            <translation>更新</translation>
        </message>
        <message>
            <source>User</source>
            <translation>用户</translation>
        </message>
        <message>
            <source>Welcome to Orangery</source>
            <translation>欢迎使用 Orangery</translation>
        </message>
        <message>
            <source>What leaves this home</source>
            <translation>哪些内容会离开这个家</translation>
        </message>
        <message>
            <source>What others have run before you. Right for nearly all.</source>
            <translation>别人已经先运行过。几乎人人适用。</translation>
        </message>
        <message>
            <source>What we see</source>
            <translation>我们看到什么</translation>
        </message>
        <message>
            <source>Which weeks</source>
            <translation>使用哪种版本</translation>
        </message>
        <message>
            <source>Without a code you can still enter one later, in Settings.</source>
            <translation>没有邀请码也可以以后在“设置”中输入。</translation>
        </message>
        <message>
            <source>Without your name, under names that change every week.</source>
            <translation>不含您的名字，使用每周更换的代号。</translation>
        </message>
        <message>
            <source>Your devices speak by way of a broker: a program that Zigbee2MQTT and Home Assistant use too.</source>
            <translation>您的设备通过消息代理通信：Zigbee2MQTT 和 Home Assistant 也使用这样的程序。</translation>
        </message>
        <message>
            <source>announces itself</source>
            <translation>自行通告</translation>
        </message>
        <message>
            <source>at a usual name</source>
            <translation>在常用名称处</translation>
        </message>
        <message>
            <source>at the router</source>
            <translation>在路由器处</translation>
        </message>
        <message>
            <source>encrypted</source>
            <translation>加密</translation>
        </message>
        <message>
            <source>kept in the system's keyring</source>
            <translation>保存在系统密钥环中</translation>
        </message>
        <message>
            <source>not encrypted</source>
            <translation>未加密</translation>
        </message>
    </context>
    <context>
        <name>WhatIf</name>
        <message numerus="yes">
            <source> and %n more</source>
            <translation>
                <numerusform> 等另外 %n 台</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s)</source>
            <translation>
                <numerusform>%n 台设备</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n of them cannot simply go back afterwards.</source>
            <translation>
                <numerusform>其中 %n 台更新后不能一键退回。</numerusform>
            </translation>
        </message>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
        <message>
            <source>At once</source>
            <translation>立即</translation>
        </message>
        <message>
            <source>Begins</source>
            <translation>开始</translation>
        </message>
        <message>
            <source>Can I go back?</source>
            <translation>能退回吗？</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Device</source>
            <translation>设备</translation>
        </message>
        <message>
            <source>Each restarts once.</source>
            <translation>每台都会重启一次。</translation>
        </message>
        <message>
            <source>First of what the home leans on</source>
            <translation>家里离不开的设备中先行的</translation>
        </message>
        <message>
            <source>Go first</source>
            <translation>先行</translation>
        </message>
        <message>
            <source>Goes first</source>
            <translation>先行</translation>
        </message>
        <message>
            <source>If a first one goes wrong, or {count} of a model one after the other, no further one begins; what runs is finished, and you are asked.</source>
            <translation>若先行的一台出错，或同型号连续 {count} 台出错，就不再开始新的；已在进行的会做完，然后由您决定。</translation>
        </message>
        <message>
            <source>If one goes wrong, no further one begins; what runs is finished, and you are asked.</source>
            <translation>若有一台出错，就不再开始新的；已在进行的会做完，然后由您决定。</translation>
        </message>
        <message>
            <source>If one goes wrong, the others go on.</source>
            <translation>若有一台出错，其余继续。</translation>
        </message>
        <message>
            <source>In this home's hours</source>
            <translation>按家里的时段</translation>
        </message>
        <message>
            <source>Last, because the home leans on them: {devices}.</source>
            <translation>最后进行，因为家里离不开它们：{devices}。</translation>
        </message>
        <message>
            <source>None of them can simply go back afterwards.</source>
            <translation>更新后都不能一键退回。</translation>
        </message>
        <message>
            <source>One of each model goes first and is watched for {span}; only then the others follow.</source>
            <translation>每个型号先更新一台并观察 {span}，之后其余才跟上。</translation>
        </message>
        <message>
            <source>One of each model goes first; the others follow when it is confirmed.</source>
            <translation>每个型号先更新一台，确认后其余跟上。</translation>
        </message>
        <message numerus="yes">
            <source>Only the first %n</source>
            <translation>
                <numerusform>只更新先行的 %n 台</numerusform>
            </translation>
        </message>
        <message>
            <source>The house looks ahead…</source>
            <translation>正在推算…</translation>
        </message>
        <message>
            <source>The plan, device by device</source>
            <translation>逐台设备的计划</translation>
        </message>
        <message>
            <source>Versions</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>Wave {number}</source>
            <translation>第 {number} 批</translation>
        </message>
        <message>
            <source>What hangs on {devices} may lose its power for a moment.</source>
            <translation>接在 {devices} 上的电器可能短暂断电。</translation>
        </message>
        <message>
            <source>What will happen</source>
            <translation>将会发生什么</translation>
        </message>
        <message>
            <source>What will happen in {week}</source>
            <translation>{week}将会发生什么</translation>
        </message>
        <message>
            <source>Whenever they can</source>
            <translation>条件具备时</translation>
        </message>
        <message>
            <source>about {when}</source>
            <translation>约 {when}</translation>
        </message>
        <message>
            <source>all done about {when}</source>
            <translation>全部完成约在 {when}</translation>
        </message>
        <message>
            <source>at once</source>
            <translation>立即</translation>
        </message>
        <message>
            <source>begins at once</source>
            <translation>立即开始</translation>
        </message>
        <message>
            <source>begins {when}</source>
            <translation>{when} 开始</translation>
        </message>
        <message>
            <source>by cable</source>
            <translation>用线缆</translation>
        </message>
        <message>
            <source>going back: {answer}</source>
            <translation>能否退回：{answer}</translation>
        </message>
        <message numerus="yes">
            <source>in %n step(s)</source>
            <translation>
                <numerusform>分 %n 步</numerusform>
            </translation>
        </message>
        <message>
            <source>no</source>
            <translation>不能</translation>
        </message>
        <message>
            <source>one of its model has to be the first</source>
            <translation>这个型号总要有一台先来</translation>
        </message>
        <message>
            <source>the home can do without it for a while</source>
            <translation>家里暂时可以没有它</translation>
        </message>
        <message>
            <source>those with a time are done about {when}</source>
            <translation>有时间的设备约在 {when} 完成</translation>
        </message>
        <message>
            <source>yes</source>
            <translation>能</translation>
        </message>
        <message>
            <source>you marked it: it may go first</source>
            <translation>您标记过：它可以先行</translation>
        </message>
        <message>
            <source>{why}. {hint}</source>
            <translation>{why}。{hint}</translation>
        </message>
    </context>
    <context>
        <name>Window</name>
        <message>
            <source>Add</source>
            <translation>添加</translation>
        </message>
        <message>
            <source>Add a maker</source>
            <translation>添加厂商</translation>
        </message>
        <message>
            <source>Address of the hub</source>
            <translation>反馈服务器地址</translation>
        </message>
        <message>
            <source>Community</source>
            <translation>社区</translation>
        </message>
        <message>
            <source>Connected</source>
            <translation>已连接</translation>
        </message>
        <message>
            <source>Connecting</source>
            <translation>正在连接</translation>
        </message>
        <message>
            <source>Connection lost</source>
            <translation>连接已断开</translation>
        </message>
        <message>
            <source>Devices</source>
            <translation>设备</translation>
        </message>
        <message>
            <source>Enrol</source>
            <translation>加入</translation>
        </message>
        <message>
            <source>Enter your invitation code</source>
            <translation>输入邀请码</translation>
        </message>
        <message>
            <source>Invitation code</source>
            <translation>邀请码</translation>
        </message>
        <message>
            <source>It came with the address of a hub. No account, no e-mail.</source>
            <translation>邀请码与反馈服务器的地址一同提供。无需账号，无需邮箱。</translation>
        </message>
        <message>
            <source>Its link is on its page, or behind the QR code in the box.</source>
            <translation>链接在厂商网页上，或在包装盒里的二维码中。</translation>
        </message>
        <message>
            <source>Link</source>
            <translation>链接</translation>
        </message>
        <message>
            <source>Map</source>
            <translation>拓扑</translation>
        </message>
        <message>
            <source>Messages</source>
            <translation>消息</translation>
        </message>
        <message>
            <source>Name the makers see</source>
            <translation>厂商看到的名字</translation>
        </message>
        <message>
            <source>No broker yet</source>
            <translation>尚无消息代理</translation>
        </message>
        <message>
            <source>No more weeks of it are taken; what its devices run stays as it is.</source>
            <translation>不再接收它的每周发布；设备正在运行的版本保持不变。</translation>
        </message>
        <message>
            <source>Not connected</source>
            <translation>未连接</translation>
        </message>
        <message>
            <source>Pages</source>
            <translation>页面</translation>
        </message>
        <message>
            <source>Refused</source>
            <translation>被拒绝</translation>
        </message>
        <message>
            <source>Release</source>
            <translation>发布</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Remove {maker}?</source>
            <translation>移除 {maker} 吗？</translation>
        </message>
        <message>
            <source>Reports</source>
            <translation>反馈</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>Triage</source>
            <translation>分诊</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>Undone: {what}</source>
            <translation>已撤销：{what}</translation>
        </message>
        <message>
            <source>Updates</source>
            <translation>更新</translation>
        </message>
        <message>
            <source>What was said</source>
            <translation>消息记录</translation>
        </message>
        <message>
            <source>set one in Settings</source>
            <translation>请在“设置”中填写</translation>
        </message>
    </context>
</TS>
