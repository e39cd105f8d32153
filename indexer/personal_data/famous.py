"""People of textbooks, whose lives are everybody's business, as streets and schools bear their names: data."""

from __future__ import annotations

FAMOUS = frozenset(
    each.strip()
    for each in """
    Hồ Chí Minh, Nguyễn Ái Quốc, Nguyễn Tất Thành, Nguyễn Sinh Cung, Phan Bội Châu, Phan Châu Trinh,
    Phan Chu Trinh, Hoàng Hoa Thám, Phan Đình Phùng, Nguyễn Thiện Thuật, Tôn Thất Thuyết, Hàm Nghi, Trương Định,
    Nguyễn Trung Trực, Lê Trung Đình, Nguyễn Hữu Huân, Huỳnh Thúc Kháng, Lương Văn Can, Nguyễn Thái Học, Trần Phú,
    Lê Hồng Phong, Hà Huy Tập, Nguyễn Văn Cừ, Nguyễn Thị Minh Khai, Ngô Gia Tự, Lê Duẩn, Trường Chinh,
    Phạm Văn Đồng, Võ Nguyên Giáp, Tôn Đức Thắng, Võ Văn Kiệt, Nguyễn Văn Linh, Lý Tự Trọng, Võ Thị Sáu, Kim Đồng,
    Nông Văn Dền, Nông Văn Dèn, Nguyễn Văn Trỗi, Lê Văn Tám, Trần Văn Ơn, La Văn Cầu, Phan Đình Giót, Tô Vĩnh Diện,
    Bế Văn Đàn, Cù Chính Lan, Nguyễn Viết Xuân, Đặng Thuỳ Trâm, Đặng Thùy Trâm, Nguyễn Văn Thạc, Mạc Thị Bưởi,
    Nguyễn Thị Định, Núp, Phạm Tuân, Hai Bà Trưng, Trưng Trắc, Trưng Nhị, Bà Triệu, Triệu Thị Trinh, Lý Bí,
    Lý Nam Đế, Triệu Quang Phục, Mai Thúc Loan, Phùng Hưng, Khúc Thừa Dụ, Dương Đình Nghệ, Ngô Quyền, Đinh Bộ Lĩnh,
    Đinh Tiên Hoàng, Lê Hoàn, Lê Đại Hành, Lý Công Uẩn, Lý Thái Tổ, Lý Thường Kiệt, Lý Thánh Tông, Lý Nhân Tông,
    Trần Thủ Độ, Trần Thái Tông, Trần Nhân Tông, Trần Hưng Đạo, Trần Quốc Tuấn, Trần Quốc Toản, Trần Quang Khải,
    Trần Khánh Dư, Trần Bình Trọng, Yết Kiêu, Phạm Ngũ Lão, Hồ Quý Ly, Lê Lợi, Lê Thái Tổ, Lê Lai, Lê Thánh Tông,
    Nguyễn Trãi, Lương Thế Vinh, Ngô Sĩ Liên, Mạc Đăng Dung, Nguyễn Huệ, Quang Trung, Nguyễn Nhạc, Nguyễn Lữ,
    Bùi Thị Xuân, Trần Quang Diệu, Nguyễn Ánh, Gia Long, Minh Mạng, Tự Đức, Nguyễn Trường Tộ, Nguyễn Tri Phương,
    Hoàng Diệu, Lê Văn Duyệt, Chu Văn An, Lê Văn Thịnh, Nguyễn Hiền, Mạc Đĩnh Chi, Nguyễn Bỉnh Khiêm, Lê Quý Đôn,
    Lê Hữu Trác, Tuệ Tĩnh, Nguyễn Du, Hồ Xuân Hương, Đoàn Thị Điểm, Bà Huyện Thanh Quan, Nguyễn Gia Thiều,
    Đặng Trần Côn, Ngô Thì Nhậm, Nguyễn Công Trứ, Cao Bá Quát, Nguyễn Đình Chiểu, Nguyễn Khuyến, Tú Xương,
    Trần Tế Xương, Phan Huy Chú, Tản Đà, Bạch Thái Bưởi, Trương Vĩnh Ký, Nam Cao, Ngô Tất Tố, Vũ Trọng Phụng,
    Nguyễn Công Hoan, Thạch Lam, Nhất Linh, Nguyễn Tuân, Tô Hoài, Kim Lân, Nguyên Hồng, Nguyễn Minh Châu,
    Nguyễn Huy Tưởng, Nguyễn Thành Long, Nguyễn Trung Thành, Nguyễn Quang Sáng, Nguyễn Nhật Ánh, Đoàn Giỏi,
    Phùng Quán, Xuân Diệu, Huy Cận, Hàn Mặc Tử, Chế Lan Viên, Tố Hữu, Nguyễn Bính, Xuân Quỳnh, Quang Dũng,
    Chính Hữu, Hữu Thỉnh, Viễn Phương, Bằng Việt, Phạm Tiến Duật, Trần Đăng Khoa, Nguyễn Khoa Điềm, Lưu Quang Vũ,
    Hoàng Cầm, Tế Hanh, Thế Lữ, Vũ Đình Liên, Y Phương, Văn Cao, Đỗ Nhuận, Lưu Hữu Phước, Phạm Tuyên, Huy Du,
    Phan Huỳnh Điểu, Trịnh Công Sơn, Tô Ngọc Vân, Nguyễn Phan Chánh, Bùi Xuân Phái, Trần Văn Cẩn, Lê Văn Thiêm,
    Hoàng Tuỵ, Hoàng Tụy, Tạ Quang Bửu, Ngô Bảo Châu, Trần Đại Nghĩa, Tôn Thất Tùng, Hồ Đắc Di, Đặng Văn Ngữ,
    Phạm Ngọc Thạch, Lương Định Của, Đặng Thai Mai, Nguyễn Ngọc Ký, Nguyễn Thị Ánh Viên, Hoàng Xuân Vinh,
    Lê Quang Liêm, Thuý Kiều, Thúy Kiều, Thuý Vân, Kiều Nguyệt Nga, Lục Vân Tiên, Vũ Nương, Trương Sinh, Chí Phèo,
    Thị Nở, Lão Hạc
    """.replace("\n", " ").split(",")
)
