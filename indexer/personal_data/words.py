"""Words by which private facts are known, as people in schools write them: data, one pattern for each group."""

from __future__ import annotations

import re


def any_of(alternatives: str, *, then: str = "", whole_words: bool = False) -> re.Pattern[str]:
    """A pattern of alternatives between `|` or line ends, and of what follows: for text in lower case.

    Whole words are looked for just as they are written.
    """
    joined = "|".join(
        part for each in alternatives.splitlines() for part in each.strip(" |").split(" | ") if part
    )
    return (
        re.compile(rf"(?<!\w)(?:{joined})(?!\w)")
        if whole_words
        else re.compile(rf"(?<!\w)(?:{joined}){then}")
    )


def words_of(text: str) -> frozenset[str]:
    """The words between the blanks."""
    return frozenset(text.split())


CONDUCT = any_of(
    r"""
    Giỏi | Khá | Trung bình | Yếu | Kém | Xuất sắc | Hoàn thành(?: tốt)? | HTXS | HTT | CHT | Chưa đạt | Tốt | TB |
    Đạt
    """,
    whole_words=True,
)
"""Grades of conduct and learning, as lists write them."""

HARDSHIP = any_of(
    r"""
    cận nghèo | hộ nghèo | nhà (?:quá |rất )?nghèo | gia đình (?:quá |rất )?nghèo | khuyết tật | mồ côi | tự k[ỉỷ] |
    tăng động | trầm cảm | lo âu | [lg]i hôn | ly hôn | l[iy] dị | l[iy] thân | bạo hành | bạo lực | xâm hại |
    \bhiv\b | động kinh | bại (?:não|liệt) | khiếm (?:thị|thính) |
    (?:nghe|nhìn|mắt) (?:rất |hơi )?(?:kém|không rõ|yếu) | chậm (?:phát triển|nói) | hội chứng | suy dinh dưỡng |
    béo phì | thấp còi | hiểm nghèo | tim bẩm sinh | ung thư | hen suyễn | \bhen\b | dị ứng |
    hoàn cảnh (?:rất |đặc biệt |gia đình )?(?:khó khăn|éo le) | nghiện | (?:đi|ở|án) tù |
    (?:bố|ba|cha|mẹ|má|bố mẹ|cha mẹ)(?: \w+){0,3} (?:mất|bỏ đi|bỏ nhà|đi tù|chia tay|qua đời|ốm|bệnh) |
    (?:bố|ba|cha|mẹ|má|bố mẹ|cha mẹ)(?: \w+){0,3} (?:thất nghiệp|say|đánh|đi làm (?:xa|thuê|công ty)|tai nạn|gãy) |
    chấp hành án | trợ cấp | bảo trợ xã hội | tâm thần | nhập viện | nằm viện | ra viện | bệnh viện | phẫu thuật |
    (?:mới|phải|vừa|được|chờ|sẽ|đi) mổ | mổ (?:tim|mắt|ruột|dây|não|đẻ|u) | th[uủ][ỷy] đậu | sốt xuất huyết |
    sốt cao | viêm \w+ | u não | bệnh (?:tim|nền|nặng|bạch cầu|máu|gan|thận|phổi|hiểm|tật) | mắc bệnh | tiểu đường |
    tai biến | tay chân miệng | ra to[àa] | ra tòa | co giật | đuối nước | thiểu năng | điều trị | ốm nặng |
    tai nạn | đau (?:dạ dày|ruột|tim|đầu|bụng) | rối loạn | ho[áà] trị | hóa trị | xạ trị | chạy thận | suy thận |
    tràn dịch | cận (?:thị )?nặng | cận thị | bị trôi | lũ cuốn | đột quỵ |
    bị (?:bệnh|tai biến|liệt|gãy|đau|ốm|viêm|suy|tật|xe|bỏ rơi|bắt nạt|ngã|bỏng|điếc|câm) | tự tử | tự hại |
    (?:rạch|cắt|cắn) tay | mang thai | sinh non | (?:cong )?vẹo cột sống | cột sống | thiếu máu | chảy máu |
    máu khó đông | dị tật | nghỉ học | bỏ học | bỏ nhà | bị [^.\n]{0,20}\bđánh\b | làm thuê | không đủ ăn | nhịn đói |
    chưa ăn sáng | ở (?:với|cùng|nhờ) (?:ông|bà|cô|dì|chú|bác|ngoại|nội) | ở (?:nhờ|trọ) | con nuôi | cai nghiện |
    dột | nhà (?:\w+ )?(?:cháy|sập|đổ|ngập) | sập hoàn toàn | bó bột | gãy (?:tay|chân|xương) | nói (?:lắp|ngọng) |
    \bngất\b | uống thuốc | say xe | tảo hôn | trẻ mồ | không có (?:cha|mẹ|bố) | chỉ có (?:mẹ|bà|bố) | bố đơn thân |
    mẹ đơn thân | bạch cầu | thoát vị | hạ (?:canxi|đường huyết) | sụt cân |
    gia cảnh | mất việc | phá sản | vỡ nợ | bố dượng | cha dượng | mẹ kế | dì ghẻ | tái hôn | ma t[uú][yý] | cờ bạc |
    sang chấn | hoảng loạn | hoảng sợ | tè dầm | đái dầm | (?:bị )?(?:điếc|câm|mù|cụt)\b | còi xương | sứt môi |
    hở hàm ếch | huyết áp | thần kinh | nhiễm \w+ | có thai | bị cô lập | mất ngủ | tái phát | di chứng | chấn thương |
    bong gân | khâu \d | đi viện | đi khám | suy nhược | suy thận | lao phổi | ch[aá]y nhà | bỏ ăn | nhịn ăn
    """
)
"""Poverty, illness, disability, trouble at home."""

TREATED = any_of(
    r"""
    (?:đã|chưa)\s*(?:nộp|đóng) | miễn (?:giảm|học phí) | vi phạm | đánh nhau | hút thuốc | bỏ (?:học|tiết|giờ|thi) |
    trốn (?:học|tiết) | đi (?:học )?muộn | vắng | nghỉ (?:học|ốm|tiết) | không phép | nguyện vọng | nv\d |
    dùng điện thoại | khiển trách | cảnh cáo | gian lận | quay cóp | nói tục | chửi |
    không (?:đội mũ|làm bài|thuộc bài|mặc|đeo) | chưa (?:thuộc|làm|đọc|biết|viết|nắm) | học lực | hạnh kiểm | chậm |
    hay (?:nói|quên|ngủ|nghịch) | ngoan | chữ (?:đẹp|xấu) | tăng giảm cân | cân nặng | chiều cao | nhóm máu |
    \d{2,3} ?(?:kg|cm)\b
    """
)
"""What was paid, missed, broken; how somebody behaves."""

OFFICIAL = any_of(
    r"""
    GV(?:CN)? | [Gg]iáo viên | TTCM | TPCM | Tổ (?:trưởng|phó) | [Hh]iệu (?:trưởng|phó) | HT | PHT | P\.? ?HT | ThS
    | TS | PGS | GS | [Cc]huyên viên | [Nn]hà (?:văn|thơ|toán|vật|khoa|sử|báo|cách) | [Tt]ác giả | [Cc]hủ biên |
    [Bb]iên soạn | [Hh]oạ sĩ | [Hh]ọa sĩ | [Nn]hạc sĩ | [Cc]a sĩ | NXB | [Tt]hư kí | [Tt]hư ký | [Ủủ]y viên |
    [Cc]hủ tọa | [Cc]hủ trì | [Cc]án bộ | [Cc]ụm (?:trưởng|phó) | [Cc]huyên gia | [Đđ]ại biểu
    """,
    whole_words=True,
)
"""Said of people in their office, and of authors."""

OF_PUPILS = any_of(
    r"""
    danh sách (?:các em |các )?(?:học sinh|hs\b|lớp|thí sinh|trẻ|đội tuyển|h/s|phòng thi|nhận|đề nghị|học bổng) |
    bảng (?:điểm|ghi điểm|tổng hợp điểm|theo dõi) | sổ (?:điểm|gọi tên|theo dõi|liên lạc|chủ nhiệm) |
    ngày(?:,? tháng,? năm)? sinh | số báo danh | \bsbd\b | phụ huynh | hạnh kiểm | xếp loại | học lực | hộ nghèo |
    cận nghèo | khuyết tật | mã (?:học sinh|hs) | mã định danh | họ (?:và |, )?tên |
    điểm (?:thi|kt|kiểm tra|tb|số|gk|ck|giữa|cuối|tx|toán|văn) | đtb | tbm | \bđiểm\b | học sinh | \bhs\b |
    danh sach (?:hoc sinh|lop|thi sinh) | bang diem | ngay sinh | ho va ten | hoc sinh | \blớp \d | năm sinh |
    khảo sát | chuyên cần | \blớp\b
    """
)
"""Headings of lists of pupils."""

_BARE_NAMES = r"""
    danh sách (?:các em |các )?(?:học sinh|hs\b|lớp|thí sinh|trẻ|h/s) | hộ nghèo | cận nghèo | khuyết tật | mồ côi |
    khó khăn | bảng điểm | sổ (?:điểm|gọi tên|theo dõi|chủ nhiệm) | danh sach (?:hoc sinh|lop \d|thi sinh) |
    học sinh (?:vắng|yếu|nghèo|cá biệt|vi phạm|đạt) | xếp loại | hạnh kiểm | rèn luyện
    """
BARE_NAMES = any_of(_BARE_NAMES)
"""Headings that make bare names private."""

PRIVATE_BY_TITLE = any_of(
    _BARE_NAMES
    + r"""
    | học sinh | trẻ\b | các em | các cháu | phụ huynh | thí sinh | tên con | hoc sinh | thi sinh | phu huynh
    | các bạn | \blớp \d | em nhận | \bhs\b | h/s |
    phụ đạo | lớp trưởng | lớp phó | chi đội | chi đoàn | bán trú | nội trú
    """
)
"""Headings that speak of pupils."""

OF_STAFF = any_of(
    r"""
    phân công | giáo viên | \bgv\b | tổ chuyên môn | thời kh[oó][aá] biểu | tác giả | chủ biên | nhà thơ | nhà văn |
    biên soạn | người dạy | thành phần | đại biểu | ban tổ chức | giám khảo | hội đồng | cán bộ | coi thi |
    giám thị | thao giảng | dạy minh h[oọ][aạ] | dự giờ | nhiệm vụ | chủ nhiệm(?= ?(?:khối|\n)) | đơn vị công tác |
    giao vien |
    phan cong | tac gia | bien soan | giam khao | giam thi | hoi dong | thao giang | chu nhiem(?= ?(?:khoi|\n)) |
    nhiem vu
    """
)
"""Headings of lists of colleagues and writers."""

MARKS_EXPECTED = any_of(
    r"""
    điểm | \bdiem\b | \bđtb | \btb\b | \btx\d?\b | \bgk\b | \bck\b | \bkt\b | học lực | khảo sát | số câu đúng |
    số phép | kết quả
    """
)
"""Headings under which one lone number is a mark."""

ID_WORDS = any_of(
    r"""
    căn cước | cccd | cmnd | cmt\b | chứng minh (?:nhân dân|thư|cũ) | giấy chứng minh | số định danh |
    định danh cá nhân | số thẻ cc | cmtnd | thẻ cc\b | số cc\b
    """
)
"""Before the number of an identity card."""

PUPIL_ID_WORDS = any_of(
    r"""
    mã (?:số )?(?:định danh )?(?:hs\b|học sinh|h/s|trẻ|cháu|em) | mã định danh | mã sinh viên | mshs | mhs\b |
    id (?:hs|học sinh) | số hiệu học sinh | mã (?:vnedu|smas|csdl|emis|ngành)
    """
)
"""Before the code of a pupil."""

HEALTH_WORDS = any_of(
    r"""
    bhyt | bảo hiểm y tế | thẻ bảo hiểm | mã số bhxh | bảo hiểm xã hội | bhxh
    """
)
"""Before the number of a health card."""

BANK_WORDS = any_of(
    r"""
    \bstk\b | tài khoản | tk\b | chuyển khoản | (?:xin|tiền|hãy) chuyển | chuyển (?:tiền|vào|về|qua) | thụ hưởng |
    so tai khoan | chuyen khoan | sổ tiết kiệm | nhận tiền | momo
    """
)
"""Before the number of an account."""

SOMEBODYS = re.compile(
    r"(?:[Cc]ô|[Tt]hầy|[Mm]ẹ|[Bb]ố|[Bb]a|[Mm]á|[Aa]nh|[Cc]hị|[Bb]ác|[Ôô]ng|[Bb]à|[Nn]goại|[Nn]ội|[Ee]m|[Ss]ố|[Hh]oặc|[Gg]ọi)"
    r"(?: con)?[\s:,(–-]{1,4}$|[A-ZĐÀ-Ỹ][a-zà-ỹ]+(?:, ?|:? ?\()$"
)
"""Just before a number that is read out digit by digit."""

HOME_WORDS = any_of(
    r"""
    phụ huynh | nhà riêng | (?:bố|ba|cha|mẹ|má|ông|bà) (?:em|cháu|bé|của) | gia đình em | \bph\b | người giám hộ |
    (?:đt|điện thoại|số|máy) nhà | (?:máy|số) bàn
    """
)
"""Before a land-line that is somebody's home."""

SUMS = any_of(
    r"""
    [=×÷√∑π] | \bgấp \d | tính tuổi | hơn \w+ \d+ tuổi | phép tính | dãy số | số tự nhiên | chia hết | làm tròn |
    chữ số | số nguyên | tính tổng | \bước\b | \bbội\b | lũy thừa | luỹ thừa | xác suất | phả hệ | bài tập | gen\b |
    đột biến | di truyền học
    """
)
"""Lines of mathematics."""

PHONE_WORDS = any_of(
    r"""
    đt\b | sđt | điện thoại | zalo | liên (?:hệ|lạc) | gọi | hotline | di động | số máy | nhắn | tel\b | phone |
    facetime | viber | máy\s*:?\s*(?=[0+])
    """
)
"""Around a telephone number."""

PUBLIC_PHONE = any_of(
    r"""
    tổng đài | đường dây nóng | hotline | fanpage | công ty | cửa hàng | nhà xuất bản | \b111\b | mã số | thuế |
    mst\b
    """
)
"""Before a number that everybody may call."""

ROLE = any_of(
    r"""
    info | admin | support | contact | hotro | ho[._-]?tro | lienhe | lien[._-]?he | vanphong | office | truong |
    thcs | thpt | tieuhoc | th(?=[._bcdghklmnpqstvx-]) | c[0123][._-]? | mn[._-] | pgd | sgd |
    phong(?:gd|dt|tc|hc|kt|cn) | ban[._-] | so[._-]?gd |
    gdtrh | webmaster | noreply | no-reply | example | test | user | email | mail | abc | xyz |
    banbientap | toasoan | tuyensinh | hanhchinh | phongdt | bgd | bgh | cskh | tohoa | totoan | tovan | to[._-] |
    cum | kho | nxb | hello | sales | service | ten | tenban | nguyenvana | tranthib | hocsinh | hs[._-] | your |
    [\w.-]*(?:thpt|thcs|tieuhoc|mamnon)[\w.-]*@(?!(?:gmail|yahoo|hotmail|outlook|icloud)\.)
    """
)
"""How addresses of offices and of textbooks begin."""

KNOWN_PEOPLE = any_of(
    r"""
    nhà (?:văn|thơ|toán|vật|khoa|sử|báo|cách|hoạt|bác|soạn|phát|thiên|hóa|hoá|sinh) | tác giả | nhạc sĩ | nghệ sĩ |
    nghệ nhân | hoạ sĩ |
    họa sĩ | ca sĩ | cầu thủ | diễn viên | tiểu sử | giáo sư | anh hùng | liệt sĩ | tổng thống | thủ tướng |
    chủ tịch | vận động viên | kiện tướng | kì thủ | phi hành gia | hoa hậu | bút danh | truyện |
    tác phẩm | vua\b | tướng | lãnh tụ | đồng chí | thi sĩ | văn sĩ | cổ tích | trạng nguyên | bị cáo | nhân vật |
    trích đoạn | đoạn trích | kịch | thơ\b | đạo diễn | huấn luyện viên | đội tuyển quốc gia | giải thưởng |
    huy chương | nobel | đọc hiểu | người kể chuyện | bí danh | chí sĩ | danh tướng | nhà nho | cụ đồ | khởi nghĩa |
    nhà yêu nước | fields | olympic | sea games | nghị lực | diễn giả | tuyển thủ | vđv
    """
)
"""Around the birth of somebody in a textbook."""

INSTITUTION = any_of(
    r"""
    trường | sở\b | phòng | công ty | \bnxb | nhà xuất bản | trung tâm | ủy ban | ubnd | thư viện | bảo tàng |
    bệnh viện | khách sạn | siêu thị | kho bạc | công đoàn | doanh nghiệp | hội khuyến học | quỹ\b | giờ mở cửa |
    tham quan | triển lãm | bưu điện | chùa | đền\b | hợp tác xã | htx\b | làng nghề | di tích | nhà văn h[oó][aá] |
    văn phòng | trạm | khu du lịch
    """
)
"""Before the address of an office."""

TELLS = any_of(
    r"""
    điểm | hạnh kiểm | học lực | xếp loại | vi phạm | kỉ luật | kỷ luật | vắng | nghỉ học | đánh nhau | lưu ban |
    thi lại | đạt giải | giải (?:nhất|nhì|ba|khuyến khích) | \byếu\b | \bkém\b | học sinh (?:giỏi|khá|yếu|cá biệt) |
    chậm | không (?:thuộc|làm) bài | khiển trách | cảnh cáo | rèn luyện | tiến bộ | được \d | trung bình \d |
    đọc nhầm | tính sai | không hiểu | tuyên dương | phê bình | nhắc nhở | kiểm điểm | kỉ luật | biên bản |
    đình chỉ | vào vòng | ở lại lớp | chuyển (?:lớp|trường|từ|về|đến) | thi đỗ | trúng tuyển | tốt nghiệp |
    hoàn thành |
    làm sai | giải đúng | đọc (?:chậm|được|chưa) | viết (?:chậm|sai|chưa) | nói dối | trốn | quay cóp | học sút |
    lười | vô lễ | giữ \d | quá hạn | loại (?:khá|giỏi|yếu|tốt|trung bình) | đạt \d | từ \d+(?:[.,]\d+)? lên
    """
)
"""What a sentence tells about a pupil."""

BORN = any_of(
    r"""
    sinh\s+ngày | ngày\s*(?:,\s*tháng\s*,\s*năm\s*)?sinh | ngày/tháng/năm sinh | sinh\s*: | \bns\s*[:.] |
    \bsn\s*[:.] | n\.? ?sinh | d\.?o\.?b\.? | ngay sinh | sinh ngay | sinh nhật | sinh (?:vào|hồi) |
    (?:ngày|năm) sinh[^:\n]{1,25}: | sinh (?:tại|ở) [^.\n]{2,40},? | chào đời | (?<!hi )(?<!hy )(?<!học )\bsinh\b
    """,
    then=r"\s*[:\-–|]?\s*(?:ngày\s*)?$",
)
"""Just before a date of birth."""

HOME = any_of(
    r"""
    (?:nơi|địa chỉ|chỗ)\s*(?:đăng k[íý] )?(?:thường trú|tạm trú|cư trú|ở(?: hiện (?:nay|tại))?|nhà(?: riêng)?) |
    hộ khẩu(?: thường trú)? | hktt | thường trú(?: tại)? | tạm trú(?: tại)? | trú tại | nhà(?: em| cháu)?(?: ở| tại)
    | địa chỉ gia đình | đ/c gia đình | địa chỉ liên hệ gia đình
    """,
    then=r"\s*[:\-–]?\s*",
)
"""Before somebody's home."""

PERHAPS_HOME = any_of(
    r"""
    (?:địa chỉ|đ/c)\s*[:\-–]?\s* |
    \bở(?:\s{0,5}:)?\s{1,20}(?=\d|ấp|thôn|xóm|bản|buôn|tổ|khu|số|kiệt|hẻm|ngõ) | về nhà\s*:\s* |
    (?=\bnhà(?: số)? \d+)
    """
)
"""Before a home or an office."""

PLACE = any_of(
    r"""
    số nhà | số \d | ngõ | ngách | hẻm | kiệt | thôn | xóm | \bấp | buôn | \bbản\b | làng | \btổ \d | tổ dân phố |
    khu phố | khu tập thể | đội \d | phường | \bxã\b | thị trấn | \bđường\b | \bphố\b | chung cư | căn hộ
    """
)
"""Parts of an address."""

BANK_THEN = any_of(
    r"""
    vietcombank | vcb | agribank | bidv | vietinbank | techcombank | mb ?bank | mb | acb | sacombank | tpbank |
    vpbank |
    vib | shb | hdbank | ocb | lpbank | lienvietpostbank | seabank | eximbank | scb | msb | kienlongbank | abbank
    """,
    then=r"\b[ :.-]{0,3}(?=\d)",
)
"""A bank, and its account right behind."""

NOBODYS_HOST = re.compile(
    r"@(?:[\w-]+\.)*(?:example|test|abc|xyz|domain|localhost|sample|webmail|mail|email|company|school)\.|\.example$"
)
"""Hosts of textbooks."""

INVENTED = any_of(
    r"số liệu | dữ liệu | tên | nhân vật | thông tin",
    then=r"[^.\n]{0,30}(?:giả định|minh h[ọo]a|minh hoạ|mẫu|tưởng tượng|đã (?:được )?(?:thay đổi|đổi))",
)
"""Said above lists of people who do not exist."""

IN_ENGLISH = any_of(
    r"""
    you\b | your\b | please | call (?:me|us|him|her|back) | that's | number is | speaking | hello | name is | my phone
    """
)
"""Lines of English exercises, whose telephones are nobody's."""

SUBJECT = any_of(
    r"""
    toan | ngu van | tieng (?:anh|viet) | vat l[iy] | hoa(?: hoc)? | sinh hoc | lich su | dia l[iy] | tin(?: hoc)? |
    khtn | khoa hoc(?: tu nhien)? | cong nghe | gdtc | gdcd | giao duc \w+ | am nhac | m[iy] thuat | hdtn
    """,
    whole_words=True,
)
"""What somebody teaches, in small letters without marks."""

QUESTION = any_of(
    r"""
    hỏi (?:có|mỗi|cả|bạn|ai|số|lúc|trung bình|sau|còn|quãng|tổng) | tính (?:xem|tổng|số|tuổi|chu vi|diện tích|giúp) |
    hãy (?:tính|cho biết|viết|nêu) | điền vào | chọn đáp án | theo em | nhiều hơn | ít hơn | nặng hơn | nhẹ hơn |
    vì sao
    """
)
"""Lines that ask pupils something."""

READ = any_of(
    r"""
    tiểu phẩm | kịch bản | hoạt cảnh | nhân vật | sắm vai | đóng vai | đọc hiểu | đọc (?:đoạn|văn bản|truyện) |
    đoạn trích | phương thức biểu đạt | tác phẩm | dẫn chứng | nghị luận | văn mẫu | dàn ý |
    câu chuyện \d | tình huống \d | tập đọc | bị cáo
    """
)
"""Said around people of plays, stories and exercises."""

OF_THEM = any_of(r"học sinh | hs | các em | em | cháu | bé | bạn | hoc sinh", whole_words=True)
"""Whom a note speaks of."""

AS_A_PUPIL = any_of(
    r"""
    hạnh kiểm | học lực | lưu ban | ở lại lớp | thi lại | kiểm điểm | không (?:thuộc|làm|soạn|chép) bài | quay cóp |
    bỏ (?:học|tiết|giờ) | trốn (?:học|tiết) | nghỉ học | đi học | không phép | đánh (?:nhau|bạn) | hút thuốc |
    (?:được|đạt|bị|chỉ) (?:10|\d)(?:[.,]\d+)? ?(?:điểm|đ\b) | học sinh (?:giỏi|khá|yếu|cá biệt) | mất gốc |
    học (?:yếu|kém) | làm sai | giải đúng | đọc (?:chậm|chưa) | viết (?:chậm|sai|chưa) | nói chuyện riêng | lên bảng |
    đánh vần | lớp (?:trưởng|phó) | biết (?:cộng|trừ|đọc|viết) | xung phong | phát biểu |
    em (?:trả lời|làm|viết|đọc|nói|học|được|bị)
    """
)
"""What is only said of pupils."""

EXAMPLE = any_of(r"ví dụ | chẳng hạn | vd\b", then=r"[^.\n\d]{0,20}$")
"""Just before a number or a date that stands for any."""
